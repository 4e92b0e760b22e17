import { Type } from 'typebox';
import { type Client, defineRoutes } from '../../../services/chassis/index.ts';

/** The part of the stock's routes that the storefront relies on. */
export const stockRoutes = defineRoutes({
  countStock: {
    method: 'GET',
    path: '/stock/{sku}',
    summary: 'How many are left',
    params: Type.Object({ sku: Type.String() }),
    answer: Type.Object({ left: Type.Integer(), countedBy: Type.String() }),
    problems: ['not-found'],
  },
});

export type Stock = Client<typeof stockRoutes>;
