import type { RequestContext } from './request-context.ts';

/** Whether a text matches a pattern with `*` and `?`. */
export interface Pattern {
  test(text: string): boolean;
}

const never: Pattern = { test: () => false };
const quote = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const wild = (text: string): string => quote(text).replaceAll('\\*', '[^]*').replaceAll('\\?', '[^]');

/** Patterns without variables; templates have a bounded number of them. */
const compiled = new Map<string, Pattern>();

/** Compiles a pattern; a variable (`${aws:PrincipalTag/team}`) stands for its literal value, an unknown one matches nothing. */
export function pattern(
  source: string,
  context: RequestContext,
  options: { readonly ignoreCase?: boolean } = {},
): Pattern {
  const fixed = !source.includes('${');
  const key = `${options.ignoreCase ? 'i' : 'c'}${source}`;
  const known = fixed ? compiled.get(key) : undefined;
  if (known) return known;
  const expression = expressionOf(source, context);
  const result = expression === undefined ? never : new RegExp(`^${expression}$`, options.ignoreCase ? 'i' : '');
  if (fixed) compiled.set(key, result);
  return result;
}

/** Replaces variables by their values; undefined where one has none. */
export function substitute(source: string, context: RequestContext): string | undefined {
  const parts = split(source, context);
  return parts?.map((part) => part.text).join('');
}

function expressionOf(source: string, context: RequestContext): string | undefined {
  return split(source, context)
    ?.map((part) => (part.literal ? quote(part.text) : wild(part.text)))
    .join('');
}

interface Part {
  readonly text: string;
  /** Came from a variable, so a `*` in it is literal, not a wildcard. */
  readonly literal: boolean;
}

function split(source: string, context: RequestContext): readonly Part[] | undefined {
  if (!source.includes('${')) return [{ text: source, literal: false }];
  const parts: Part[] = [];
  let end = 0;
  for (const match of source.matchAll(/\$\{([^}]*)\}/g)) {
    const value = valueFor(match[1]!, context);
    if (value === undefined) return undefined;
    parts.push({ text: source.slice(end, match.index), literal: false }, { text: value, literal: true });
    end = match.index + match[0].length;
  }
  parts.push({ text: source.slice(end), literal: false });
  return parts;
}

function valueFor(variable: string, context: RequestContext): string | undefined {
  if (variable === '*' || variable === '?' || variable === '$') return variable;
  const [key, fallback] = variable.split(/\s*,\s*/, 2);
  const value = context.get(key!.trim().toLowerCase());
  return typeof value === 'string' ? value : fallback?.replace(/^'|'$/g, '');
}

/** Whether an ARN matches a pattern. Each of the six segments is compared alone; a pattern cut short matches any rest. */
export function matchesArn(source: string, arn: string, context: RequestContext): boolean {
  if (source === '*') return true;
  if (source === arn) return true;
  const wanted = segments(source);
  const got = segments(arn);
  if (got.length < 6) return got.length === 1 && wanted.length === 1 && pattern(source, context).test(arn);
  return wanted.every((segment, index) => pattern(segment, context).test(got[index] ?? ''));
}

function segments(arn: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0, depth = 0; i < arn.length && parts.length < 5; i++) {
    if (arn[i] === '{') depth++;
    else if (arn[i] === '}') depth--;
    // A colon inside `${aws:username}` is part of the variable.
    else if (arn[i] === ':' && depth === 0) {
      parts.push(arn.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, arn.slice(start)];
}
