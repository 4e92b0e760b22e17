import { Type } from 'typebox';
import { defineRoutes, type Operations, Problem } from '../chassis/index.ts';
import { Product } from './product.ts';
import type { ProductStore } from './product-store.ts';
import { cursorAfter, pageSize, productBefore } from './rules.ts';

/** What the catalog answers. */
export const catalogRoutes = defineRoutes({
  listProducts: {
    method: 'GET',
    path: '/catalog/products',
    summary: 'Products, page by page',
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
      cursor: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    answer: Type.Object({ products: Type.Array(Product), next: Type.Optional(Type.String()) }),
  },
  getProduct: {
    method: 'GET',
    path: '/catalog/products/{id}',
    summary: 'One product',
    params: Type.Object({ id: Product.properties.id }),
    answer: Product,
    problems: ['not-found'],
  },
});

/** How it answers. */
export const catalogHandlers = (store: ProductStore): Operations<typeof catalogRoutes> => ({
  async listProducts({ query: { limit, cursor } }, context) {
    const after = cursor === undefined ? undefined : productBefore(cursor);
    if (cursor !== undefined && after === undefined) {
      throw new Problem('invalid-request', `query/cursor got '${cursor}'; send back the 'next' of the previous page`);
    }
    const { products, last } = await store.page(pageSize(limit), after, context);
    return { products: [...products], ...(last !== undefined && { next: cursorAfter(last) }) };
  },

  async getProduct({ params: { id } }, context) {
    const product = await store.get(id, context);
    if (product === undefined) throw new Problem('not-found', `there is no product '${id}'`);
    return product;
  },
});
