import { type Static, Type } from 'typebox';
import { CallError, type Context, defineRoutes, degradedParts, type Operations, Problem } from '../chassis/index.ts';
import type { CatalogClient, CatalogProduct } from './catalog-client.ts';
import { priceWriter, relatedTo } from './rules.ts';

const Tile = Type.Object({ id: Type.String(), name: Type.String(), price: Type.String() }, { title: 'Tile' });

const ProductView = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    price: Type.String(),
    related: Type.Array(Tile),
    degraded: Type.Array(Type.Literal('related'), { description: 'Parts that are left out, for now' }),
  },
  { title: 'ProductView' },
);

type Tile = Static<typeof Tile>;

/** What the browser asks for. */
export const webRoutes = defineRoutes({
  viewProduct: {
    method: 'GET',
    path: '/web/products/{id}',
    summary: 'A product and what goes with it, ready to be shown',
    params: Type.Object({ id: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }) }),
    answer: ProductView,
    problems: [
      'not-found',
      'dependency-failed',
      'dependency-unavailable',
      'dependency-crowded',
      'dependency-cut-off',
      'dependency-timeout',
    ],
  },
});

/** Composes the answers. */
export function webHandlers(catalog: CatalogClient): Operations<typeof webRoutes> {
  const priceText = priceWriter();
  const tile = (product: CatalogProduct): Tile => ({ id: product.id, name: product.name, price: priceText(product) });
  return {
    async viewProduct({ params: { id } }, context) {
      const [product, others] = await Promise.all([
        productOrProblem(catalog, id, context),
        catalog.listProducts({ query: { limit: 50 } }, context),
      ]);
      return {
        id: product.id,
        name: product.name,
        description: product.description,
        price: priceText(product),
        related: relatedTo(product, others.value.products).map(tile),
        degraded: degradedParts(others),
      };
    },
  };
}

async function productOrProblem(catalog: CatalogClient, id: string, context: Context): Promise<CatalogProduct> {
  try {
    return await catalog.getProduct({ params: { id } }, context);
  } catch (error) {
    if (error instanceof CallError && error.answered('not-found')) {
      throw new Problem('not-found', `there is no product '${id}'`);
    }
    throw error;
  }
}
