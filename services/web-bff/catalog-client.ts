import { type Static, Type } from 'typebox';
import { type Client, client, defineRoutes } from '../chassis/index.ts';

const CatalogProduct = Type.Object({
  id: Type.String(),
  name: Type.String(),
  category: Type.String(),
  description: Type.String(),
  priceCents: Type.Integer(),
  currency: Type.String(),
});

/** A product as the catalog tells it. */
export type CatalogProduct = Static<typeof CatalogProduct>;

/** The small part of the catalog this service relies on; the rest may change without it. */
export const catalogRoutes = defineRoutes({
  listProducts: {
    method: 'GET',
    path: '/catalog/products',
    query: Type.Object({ limit: Type.Integer() }),
    answer: Type.Object({ products: Type.Array(CatalogProduct) }),
  },
  getProduct: { method: 'GET', path: '/catalog/products/{id}', answer: CatalogProduct },
});

/** Calls to the catalog. */
export type CatalogClient = Client<typeof catalogRoutes>;

/** Makes calls to the catalog at this address. */
export const catalogClient = (baseUrl: string, timeoutMs: number): CatalogClient =>
  client({ service: 'catalog', routes: catalogRoutes, baseUrl, timeoutMs });
