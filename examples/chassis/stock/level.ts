import { type Static, Type } from 'typebox';

/** How much of something there is. */
export const Level = Type.Object(
  {
    sku: Type.String({ pattern: '^[a-z-]{1,40}$' }),
    left: Type.Integer({ minimum: 0 }),
    version: Type.String({ description: 'Changes with each update' }),
  },
  { title: 'Level' },
);

export type Level = Static<typeof Level>;
