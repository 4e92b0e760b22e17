import { Type } from 'typebox';
import { defineRoutes, type Operations, Problem } from '../../../services/chassis/index.ts';

/** What the stock answers. */
export const stockRoutes = defineRoutes({
  countStock: {
    method: 'GET',
    path: '/stock/{sku}',
    summary: 'How many are left',
    params: Type.Object({ sku: Type.String({ maxLength: 64 }) }),
    answer: Type.Object({
      left: Type.Integer(),
      countedBy: Type.String({ description: 'The task that answers' }),
    }),
    problems: ['not-found'],
  },
});

/** How it answers, from memory. */
export const stockHandlers = (
  shelf: ReadonlyMap<string, number>,
  countedBy: string,
): Operations<typeof stockRoutes> => ({
  async countStock({ params: { sku } }) {
    const left = shelf.get(sku);
    if (left === undefined) throw new Problem('not-found', `there is no '${sku}' in stock`);
    return { left, countedBy };
  },
});
