import { Type } from 'typebox';
import { CallError, defineRoutes, type Operations, Problem } from '../../../services/chassis/index.ts';
import type { Stock } from './stock-routes.ts';

/** What the storefront answers. */
export const offerRoutes = defineRoutes({
  viewOffer: {
    method: 'GET',
    path: '/offers/{sku}',
    summary: 'Whether an article is available',
    params: Type.Object({ sku: Type.String({ maxLength: 64 }) }),
    answer: Type.Object({
      sku: Type.String(),
      available: Type.Boolean(),
      countedBy: Type.String({ description: 'The task of the stock that answered' }),
    }),
    problems: ['not-found', 'dependency-failed', 'dependency-unavailable', 'dependency-timeout'],
  },
});

/** How it answers. */
export const offerHandlers = (stock: Stock): Operations<typeof offerRoutes> => ({
  async viewOffer({ params: { sku } }, context) {
    try {
      const { left, countedBy } = await stock.countStock({ params: { sku } }, context);
      return { sku, available: left > 0, countedBy };
    } catch (error) {
      if (error instanceof CallError && error.answered('not-found')) throw new Problem('not-found', error.message);
      throw error;
    }
  },
});
