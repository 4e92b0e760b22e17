import { type Static, Type } from 'typebox';
import { CallError, type Context, defineRoutes, type Operations, Problem } from '../chassis/index.ts';
import type { CatalogClient, CatalogProduct, catalogRoutes } from './catalog-client.ts';
import { priceText, relatedTo } from './rules.ts';

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
    problems: ['not-found', 'dependency-failed', 'dependency-unavailable', 'dependency-timeout'],
  },
});

/** How it is composed. */
export const webHandlers = (catalog: Operations<typeof catalogRoutes>): Operations<typeof webRoutes> => ({
  async viewProduct({ params: { id } }, context) {
    const others = othersOrNone(catalog, context);
    const product = await productOrProblem(catalog, id, context);
    const all = await others;
    return {
      id: product.id,
      name: product.name,
      description: product.description,
      price: priceText(product),
      related: relatedTo(product, all ?? []).map(tile),
      degraded: all === undefined ? ['related'] : [],
    };
  },
});

const tile = (product: CatalogProduct): Tile => ({ id: product.id, name: product.name, price: priceText(product) });

async function productOrProblem(
  catalog: Pick<CatalogClient, 'getProduct'>,
  id: string,
  context: Context,
): Promise<CatalogProduct> {
  try {
    return await catalog.getProduct({ params: { id } }, context);
  } catch (error) {
    if (error instanceof CallError && error.answered('not-found')) {
      throw new Problem('not-found', `there is no product '${id}'`);
    }
    throw error;
  }
}

/** Products to choose related ones from; undefined if they can't be had, which must not cost the page. */
async function othersOrNone(
  catalog: Pick<CatalogClient, 'listProducts'>,
  context: Context,
): Promise<readonly CatalogProduct[] | undefined> {
  try {
    return (await catalog.listProducts({ query: { limit: 50 } }, context)).products;
  } catch (error) {
    context.log.warn('the view goes out without related products', { error });
    return undefined;
  }
}
