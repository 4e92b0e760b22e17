import { firstProducts } from '../../services/catalog/products.ts';

/** The products of the measured servers, by id. */
export const products = new Map(firstProducts.map((product) => [product.id, product]));
