import type { Context } from '../chassis/index.ts';
import type { Product } from './product.ts';
import type { ProductStore } from './product-store.ts';

/** Adds the products that are missing and leaves the others as they are; resolves with how many it added. */
export async function addMissing(products: readonly Product[], store: ProductStore, context: Context): Promise<number> {
  const added = await Promise.all(products.map((product) => store.add(product, context)));
  return added.filter(Boolean).length;
}
