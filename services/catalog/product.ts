import { type Static, Type } from 'typebox';

/** What is known about a product. */
export const Product = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
    name: Type.String(),
    category: Type.String(),
    description: Type.String(),
    priceCents: Type.Integer({ minimum: 0 }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  },
  { title: 'Product' },
);

/** Something the shop sells. */
export type Product = Static<typeof Product>;
