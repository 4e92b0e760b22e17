import { firstProducts } from '../../services/catalog/products.ts';

/** What the measured servers answer, by id. */
export const products = new Map(firstProducts.map((product) => [product.id, product]));
