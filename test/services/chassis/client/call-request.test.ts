import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { requestMaker } from '../../../../services/chassis/client/call-request.ts';

const write = requestMaker({
  method: 'POST',
  path: '/users/{id}/orders',
  query: Type.Object({ text: Type.String() }),
  body: Type.Unknown(),
  ifMatch: 'optional',
  idempotencyKey: 'optional',
});
const right = { params: { id: '7' }, query: { text: 'é' }, body: {}, ifMatch: 'v1', idempotencyKey: 'k1' };

describe('the request of a call', () => {
  it('says what its input says', () => {
    expect(write(right)).toMatchObject({
      path: '/users/7/orders?text=%C3%A9',
      headers: expect.arrayContaining(['if-match', '"v1"', 'idempotency-key', 'k1']),
      body: '{}',
    });
  });

  it('leaves out of its query what has no value', () => {
    expect(write({ ...right, query: { text: null, tags: ['a', undefined] } }).path).toBe('/users/7/orders?tags=a');
  });

  it.each([
    ['x/../y?z', 'x%2F..%2Fy%3Fz'],
    ['...', '...'],
    [0, '0'],
  ])('has %j as one segment of its path', (id, segment) => {
    expect(write({ ...right, query: {}, params: { id } }).path).toBe(`/users/${segment}/orders`);
  });

  const circle: Record<string, unknown> = {};
  circle.self = circle;

  it.each([
    [{ params: { id: '..' } }, 'params/id must be text, and neither . nor .., got ".."'],
    [{ params: { id: '.' } }, 'params/id must be text, and neither . nor .., got "."'],
    [{ params: { id: '' } }, 'params/id must be text, and neither . nor .., got ""'],
    [{ params: {} }, 'params/id must be text, and neither . nor .., got ""'],
    [{ params: { id: '\ud800' } }, 'params/id must be well-formed Unicode, got "\\ud800"'],
    [{ query: { text: '\ud800' } }, 'query/text must be well-formed Unicode, got "\\ud800"'],
    [{ body: undefined }, 'body must be a JSON value, got undefined'],
    [{ body: { n: 1n } }, 'BigInt'],
    [{ body: circle }, 'circular'],
    [{ idempotencyKey: 'schlüßel☃' }, 'idempotencyKey must be 1 to 255 visible ASCII characters, got "schlüßel☃"'],
    [{ ifMatch: 'a"b' }, 'ifMatch must be * or 1 to 256 visible ASCII characters without quotes, got "a\\"b"'],
  ])('is none of %o', (wrong, message) => {
    expect(() => write({ ...right, ...wrong })).toThrow(message);
  });
});
