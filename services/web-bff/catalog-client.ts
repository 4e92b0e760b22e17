import { type Static, Type } from 'typebox';
import { type CallSettings, type Client, client, defineRoutes, type Runtime } from '../chassis/index.ts';

const CatalogProduct = Type.Object({
  id: Type.String(),
  name: Type.String(),
  category: Type.String(),
  description: Type.String(),
  priceCents: Type.Integer(),
  currency: Type.String(),
});

/** A product as the catalog returns it. */
export type CatalogProduct = Static<typeof CatalogProduct>;

/** The small part of the catalog this service relies on; the rest may change freely. */
const routes = defineRoutes({
  listProducts: {
    method: 'GET',
    path: '/catalog/products',
    query: Type.Object({ limit: Type.Integer() }),
    answer: Type.Object({ products: Type.Array(CatalogProduct) }),
  },
  getProduct: { method: 'GET', path: '/catalog/products/{id}', answer: CatalogProduct },
});

/** A page that can't list related products goes out without them, and says so. */
const fallbacks = { listProducts: { part: 'related', value: () => ({ products: [] }) } } as const;

/** Calls to the catalog. */
export type CatalogClient = Client<typeof routes, typeof fallbacks>;

/** Makes the calls to the catalog. */
export const catalogClient = (settings: CallSettings, runtime: Runtime): CatalogClient =>
  client({ ...settings, routes, fallbacks }, runtime);
