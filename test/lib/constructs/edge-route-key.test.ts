import { describe, expect, it } from '@jest/globals';
import { edgeRouteKeys } from '../../../lib/constructs/edge-route-key.ts';

describe('a route', () => {
  it('turns parameters into wildcards for the balancer', () => {
    expect(edgeRouteKeys('GET /orders/{id}/lines')).toEqual([
      { method: 'GET', path: '/orders/{id}/lines', pattern: '/orders/*/lines' },
    ]);
    expect(edgeRouteKeys('GET /')).toEqual([{ method: 'GET', path: '/', pattern: '/' }]);
  });

  it('that takes everything below a path takes the path itself as well', () => {
    expect(edgeRouteKeys('ANY /catalog/{proxy+}')).toEqual([
      { method: 'ANY', path: '/catalog/{proxy+}', pattern: '/catalog/*' },
      { method: 'ANY', path: '/catalog', pattern: '/catalog' },
    ]);
    expect(edgeRouteKeys('ANY /{proxy+}').map((key) => key.pattern)).toEqual(['/*', '/']);
  });

  it.each([
    ['FETCH /orders', "'METHOD /path'"],
    ['GET', "starts with '/'"],
    ['GET orders', "starts with '/'"],
    ['GET /orders /lines', "'METHOD /path'"],
    ['GET /orders/', "got ''"],
    ['GET /orders/*', "got '*'"],
    ['GET /orders/{id}.json', "got '{id}.json'"],
    ['GET /{all+}/lines', "got '{all+}'"],
    [`GET /${'a'.repeat(128)}`, 'got 129'],
  ])('is refused when it reads %s', (route, message) => {
    expect(() => edgeRouteKeys(route)).toThrow(message);
  });
});
