import { describe, expect, it } from '@jest/globals';
import { type TSchema, Type } from 'typebox';
import { answerWriter } from '../../../../services/chassis/server/answer-writer.ts';
import { declaredPart } from '../../../../services/chassis/server/declared.ts';

const secret = 'hunter2';
const User = Type.Object({ name: Type.String() });
const kept = { name: 'a' };
const Tree = Type.Cyclic(
  { Node: Type.Object({ name: Type.String(), next: Type.Union([Type.Ref('Node'), Type.Null()]) }) },
  'Node',
);
const Short = Type.Object({ id: Type.Integer() });
const Long = Type.Object({ id: Type.Integer(), name: Type.String() });

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
    ['a record', Type.Record(Type.String(), User), { x: { name: 'a', secret } }, { x: { name: 'a' } }],
    ['some of a record', Type.Record(Type.Number(), User), { 1: { name: 'a' }, secret }, { 1: { name: 'a' } }],
    [
      'further properties of one kind',
      Type.Object({ n: Type.Integer() }, { additionalProperties: User }),
      { n: 1, x: { name: 'a', secret } },
      { n: 1, x: { name: 'a' } },
    ],
    [
      'a tree',
      Tree,
      { name: 'a', secret, next: { name: 'b', secret, next: null } },
      { name: 'a', next: { name: 'b', next: null } },
    ],
    [
      'a tree that refers to its root',
      Type.Object({ name: Type.String(), next: Type.Union([Type.This(), Type.Null()]) }),
      { name: 'a', next: { name: 'b', secret, next: null } },
      { name: 'a', next: { name: 'b', next: null } },
    ],
    [
      'a tree or nothing',
      Type.Union([Tree, Type.Null()]),
      { name: 'a', next: null, secret },
      { name: 'a', next: null },
    ],
    [
      'what has a name of two lines',
      Type.Record(Type.String(), User),
      { 'a\nb': { name: 'a', secret } },
      { 'a\nb': kept },
    ],
    [
      'two trees of different kinds',
      Type.Object({
        one: Tree,
        other: Type.Cyclic({ Leaf: Type.Object({ kids: Type.Array(Type.Ref('Leaf')) }) }, 'Leaf'),
      }),
      { one: { name: 'a', next: null, secret }, other: { kids: [{ kids: [], secret }] } },
      { one: { name: 'a', next: null }, other: { kids: [{ kids: [] }] } },
    ],
    ['the longer of two variants', Type.Union([Short, Long]), { id: 1, name: 'a', secret }, { id: 1, name: 'a' }],
    [
      'parts that several declare',
      Type.Intersect([
        Type.Object({ part: Type.Object({ x: Type.Integer() }), list: Type.Array(Short) }),
        Type.Object({ part: Type.Object({ y: Type.Integer() }), list: Type.Array(User) }),
      ]),
      { part: { x: 1, y: 2, secret }, list: [{ id: 1, name: 'a', secret }] },
      { part: { x: 1, y: 2 }, list: [{ id: 1, name: 'a' }] },
    ],
    [
      'an object with more to say of it',
      Type.Unsafe({ ...Long, anyOf: [{ required: ['id'] }, { required: ['name'] }] }),
      { id: 1, name: 'a', secret },
      { id: 1, name: 'a' },
    ],
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

  it('is read by the names that are declared, whatever class it is of', () => {
    class Row {
      _secret = secret;
      get name(): string {
        return 'a';
      }
    }
    for (const schema of [User, Type.Object({ name: Type.String() }, { additionalProperties: Type.Integer() })]) {
      const { _secret, ...row } = new Row();
      const answer = schema === User ? new Row() : Object.create(Row.prototype, Object.getOwnPropertyDescriptors(row));
      expect(JSON.parse(answerWriter('/x', schema)(answer))).toEqual({ name: 'a' });
    }
    expect(JSON.parse(answerWriter('/x', Type.Array(User))([new Row()]))).toEqual([{ name: 'a' }]);
  });

  it('takes nothing for declared that every object inherits', () => {
    const schema = Type.Object({ toString: Type.Optional(Type.String()), valueOf: Type.Optional(Type.String()) });
    const write = answerWriter('/x', schema);
    expect(write({})).toBe('{}');
    expect(write({ toString: 'a', secret })).toBe('{"toString":"a"}');
    expect(() => write({ toString: 1 })).toThrow('/toString must be string');
  });

  it('is held to what the schema was refined by', () => {
    const Even = Type.Refine(Type.Object({ n: Type.Integer() }), ({ n }) => n % 2 === 0);
    expect(answerWriter('/x', Even)({ n: 2 })).toBe('{"n":2}');
    expect(() => answerWriter('/x', Even)({ n: 1 })).toThrow('/x declares');
  });

  it('is an error of the service where something declared is missing', () => {
    expect(() => answerWriter('/x', User)({ secret })).toThrow(/\/x declares: .*name/);
  });
});

describe('what a handler is given', () => {
  it('is all that any matching variant declares', () => {
    expect(declaredPart(Type.Union([Short, Long]))({ id: 1, name: 'a', secret })).toEqual({ id: 1, name: 'a' });
    expect(declaredPart(Type.Union([Short, Long]))({ id: 1, secret })).toEqual({ id: 1 });
  });

  it('cannot be told by a schema whose reference leads nowhere', () => {
    expect(() => declaredPart(Type.Object({ user: Type.Ref('User') }))).toThrow(
      "a schema has the $ref 'User', which leads nowhere; name the $id of one of its $defs",
    );
  });
});
