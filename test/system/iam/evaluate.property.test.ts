import { expect, it } from '@jest/globals';
import { evaluate } from '../../../system/iam/evaluate.ts';
import type { Policy, Statement } from '../../../system/iam/policy.ts';
import { requestContext } from '../../../system/iam/request-context.ts';

/** Repeatable randomness, so that a failure can be run again. */
function randomness(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    chance: (p: number) => next() < p,
    pick: <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!,
  };
}

/** Matches a glob by trying every split: slow, and nothing like the one under test. */
function globs(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*') return globs(pattern.slice(1), text) || (text !== '' && globs(pattern, text.slice(1)));
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && globs(pattern.slice(1), text.slice(1));
}

const many = (value: unknown): string[] => (value === undefined ? [] : [value].flat()).map(String);

function simply(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: Record<string, string>,
): string {
  const effects = statements.filter((each) => {
    const acts = (patterns: unknown) => many(patterns).some((one) => globs(one.toLowerCase(), action.toLowerCase()));
    const is = (patterns: unknown) =>
      many(patterns).some(
        (one) => one === '*' || one.split(':').every((part, i) => globs(part, resource.split(':')[i]!)),
      );
    if (each.Action ? !acts(each.Action) : acts(each.NotAction)) return false;
    if (each.Resource ? !is(each.Resource) : is(each.NotResource)) return false;
    const wanted = each.Condition?.StringLike;
    return (
      !wanted ||
      Object.entries(wanted).every(([key, patterns]) =>
        many(patterns).some((one) => key in context && globs(one, context[key]!)),
      )
    );
  });
  if (effects.some((each) => each.Effect === 'Deny')) return 'explicit deny';
  return effects.length > 0 ? 'allow' : 'implicit deny';
}

it('decides as an independent, simpler evaluator does in 20,000 random cases', () => {
  const { chance, pick } = randomness(7);
  const actions = ['s3:GetObject', 's3:PutObject', 'sqs:SendMessage', 'S3:getobject'];
  const actionPatterns = [...actions, 's3:*', '*', 's3:Get*', '*:*Object', 'sq?:Send*', 's3:?etObject'];
  const arns = ['a', 'b'].flatMap((name) => ['1', '2'].map((account) => `arn:aws:s3:eu:${account}:${name}/x`));
  const arnPatterns = [
    ...arns,
    '*',
    'arn:aws:s3:eu:1:*',
    'arn:aws:s3:*:*:a/?',
    'arn:aws:*:eu:2:b/*',
    'arn:aws:s3:eu:?:*x',
  ];
  const some = <T>(from: readonly T[]): T | T[] => (chance(0.5) ? pick(from) : [pick(from), pick(from)]);
  const statement = (): Statement => ({
    Effect: chance(0.25) ? 'Deny' : 'Allow',
    [chance(0.2) ? 'NotAction' : 'Action']: some(actionPatterns),
    [chance(0.2) ? 'NotResource' : 'Resource']: some(arnPatterns),
    ...(chance(0.3) && { Condition: { StringLike: { [pick(['k', 'l'])]: some(['v', 'w*', '?']) } } }),
  });

  const seen = new Set<string>();
  for (let i = 0; i < 20_000; i++) {
    const statements = Array.from({ length: pick([1, 2, 3]) }, statement);
    const identity: Policy[] = [{ name: 'P', document: { Statement: statements } }];
    const context: Record<string, string> = chance(0.5) ? { k: pick(['v', 'wv', 'zz']) } : {};
    const [action, resource] = [pick(actions), pick(arns)];
    const { verdict } = evaluate({ identity }, { action, resource, context: requestContext(context) });
    seen.add(verdict);
    expect({ verdict, statements, action, resource, context }).toEqual({
      verdict: simply(statements, action, resource, context),
      statements,
      action,
      resource,
      context,
    });
  }
  expect([...seen].sort()).toEqual(['allow', 'explicit deny', 'implicit deny']);
});
