import { describe, expect, it } from '@jest/globals';
import { constructName, constructPath } from '../../system/construct-path.ts';

describe('constructPath', () => {
  it.each([
    ['dev/Catalog/Products/Table/Resource', 'dev/Catalog/Products/Table'],
    ['dev/Catalog/Catalog/Service/Service', 'dev/Catalog/Catalog/Service'],
    ['Shop/Service/Resource', 'Shop/Service'],
    ['Shop/Orders/Service/TaskRole', 'Shop/Orders/Service/TaskRole'],
    ['Shop/Service', 'Shop/Service'],
  ])('is that of the construct people wrote: %s', (path, expected) => {
    expect(constructPath(path)).toBe(expected);
  });
});

describe('constructName', () => {
  it.each([
    ['dev/Catalog/ProductsTable/Resource', 'productsTable'],
    ['dev/Catalog/Catalog/Service/Service', 'catalog'],
    ['Shop/order-events', 'orderEvents'],
    ['Shop/--', 'resource'],
  ])('is what code may call the construct: %s', (path, expected) => {
    expect(constructName(path)).toBe(expected);
  });
});
