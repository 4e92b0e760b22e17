import { addressRange } from '../address-range.ts';
import { matchesArn, pattern, substitute } from './pattern.ts';
import { list, type Statement } from './policy.ts';
import type { RequestContext } from './request-context.ts';

/** Compares a value a policy wants (its variables not yet replaced) with one the request has. */
type Test = (wanted: string, got: string, context: RequestContext) => boolean;

const literal =
  (compare: (wanted: string, got: string) => boolean): Test =>
  (wanted, got, context) => {
    const value = substitute(wanted, context);
    return value !== undefined && compare(value, got);
  };

const ordered =
  (parse: (text: string) => number, compare: (got: number, wanted: number) => boolean): Test =>
  (wanted, got) =>
    compare(parse(got), parse(wanted));

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
/** ISO 8601, or seconds since 1970. */
const date = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));
const lower = (text: string): string => text.toLowerCase();

const comparisons = (name: string, parse: (text: string) => number): Record<string, Test> => ({
  [`${name}equals`]: ordered(parse, (got, wanted) => got === wanted),
  [`${name}lessthan`]: ordered(parse, (got, wanted) => got < wanted),
  [`${name}lessthanequals`]: ordered(parse, (got, wanted) => got <= wanted),
  [`${name}greaterthan`]: ordered(parse, (got, wanted) => got > wanted),
  [`${name}greaterthanequals`]: ordered(parse, (got, wanted) => got >= wanted),
});

const tests: Readonly<Record<string, Test>> = {
  stringequals: literal((wanted, got) => wanted === got),
  stringequalsignorecase: literal((wanted, got) => lower(wanted) === lower(got)),
  stringlike: (wanted, got, context) => pattern(wanted, context).test(got),
  ...comparisons('numeric', number),
  ...comparisons('date', date),
  bool: literal((wanted, got) => lower(wanted) === lower(got)),
  binaryequals: (wanted, got) => wanted === got,
  ipaddress: (wanted, got) => addressRange(wanted)(got),
  arnlike: matchesArn,
  arnequals: matchesArn,
};

const negated: Readonly<Record<string, string>> = {
  stringnotequals: 'stringequals',
  stringnotequalsignorecase: 'stringequalsignorecase',
  stringnotlike: 'stringlike',
  numericnotequals: 'numericequals',
  datenotequals: 'dateequals',
  notipaddress: 'ipaddress',
  arnnotequals: 'arnequals',
  arnnotlike: 'arnlike',
};

/** Whether all conditions of a statement hold. An operator IAM does not know is an error. */
export function conditionHolds(condition: Statement['Condition'], context: RequestContext): boolean {
  for (const operator in condition) {
    const wanted = condition[operator]!;
    for (const key in wanted) {
      if (!holds(operator, key, list(wanted[key]).map(String), context)) return false;
    }
  }
  return true;
}

function holds(operator: string, key: string, wanted: readonly string[], context: RequestContext): boolean {
  const [, set, name, ifExists] = /^(?:(forallvalues|foranyvalue):)?(.*?)(ifexists)?$/.exec(lower(operator))!;
  const got = context.get(lower(key));
  if (name === 'null') return wanted.some((value) => (lower(value) === 'true') === (got === undefined));

  const isNegated = name! in negated;
  const test = tests[negated[name!] ?? name!];
  if (!test) throw new Error(`IAM knows no condition operator ${operator}; correct the policy's Condition`);

  if (got === undefined) return ifExists !== undefined || set === 'forallvalues' || (isNegated && set === undefined);
  const matches = (value: string): boolean => wanted.some((each) => test(each, value, context)) !== isNegated;
  const values = list(got);
  return set === 'forallvalues' || (isNegated && set === undefined) ? values.every(matches) : values.some(matches);
}
