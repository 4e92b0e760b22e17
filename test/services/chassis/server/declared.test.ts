import { describe, expect, it } from '@jest/globals';
import { type TSchema, Type } from 'typebox';
import { answerWriter } from '../../../../services/chassis/server/answer-writer.ts';

const secret = 'hunter2';
const User = Type.Object({ name: Type.String() });

describe('what an answer says', () => {
  it.each<[string, TSchema, unknown, unknown]>([
    ['an object', User, { name: 'a', secret }, { name: 'a' }],
    ['a list', Type.Array(User), [{ name: 'a', secret }, { name: 'b' }], [{ name: 'a' }, { name: 'b' }]],
    ['a part', Type.Object({ user: User }), { user: { name: 'a', secret } }, { user: { name: 'a' } }],
    [
      'one of several',
      Type.Union([Type.Object({ kind: Type.Literal('x'), x: Type.String() }), User, Type.Null()]),
      { name: 'a', secret },
      { name: 'a' },
    ],
    [
      'several at once',
      Type.Intersect([User, Type.Object({ age: Type.Integer() })]),
      { name: 'a', age: 3, secret },
      { name: 'a', age: 3 },
    ],
    ['a pair', Type.Tuple([User, Type.Integer()]), [{ name: 'a', secret }, 1], [{ name: 'a' }, 1]],
  ])('is only what is declared: %s', (_, schema, answer, expected) => {
    expect(JSON.parse(answerWriter('/x', schema)(answer))).toEqual(expected);
  });

  it.each<[string, TSchema]>([
    ['a record', Type.Record(Type.String(), Type.String())],
    ['an open object', Type.Object({}, { additionalProperties: true })],
    ['no properties at all', Type.Unsafe({ type: 'object' })],
  ])('is everything where the schema declares any: %s', (_, schema) => {
    expect(JSON.parse(answerWriter('/x', schema)({ any: 'thing' }))).toEqual({ any: 'thing' });
  });

  it('is an error of the service where something declared is missing', () => {
    expect(() => answerWriter('/x', User)({ secret })).toThrow(/\/x declares: .*name/);
  });
});
