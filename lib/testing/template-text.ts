/** Each value that a part of a template may have: the items of a list, both sides of a condition. */
export function alternatives(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(alternatives);
  const sides = (value as { 'Fn::If'?: unknown[] } | undefined)?.['Fn::If'];
  if (sides) return sides.slice(1).flatMap(alternatives);
  return value === undefined ? [] : [value];
}

/** What a value of a template reads like once it is deployed; what is known only then is `${…}`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join, 'Fn::Sub': sub } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (Array.isArray(join)) return [join[1]].flat().map(textOf).join(String(join[0]));
  if (sub === undefined) return UNKNOWN;
  const [text, variables = {}] = [sub].flat() as [string, Readonly<Record<string, unknown>>?];
  return text.replace(/\$\{([^}]+)\}/g, (_, name: string) => (name in variables ? textOf(variables[name]) : UNKNOWN));
}

/** The number that a value of a template is; not a number where that is known at deployment only. */
export const numberOf = (value: unknown): number => (/^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : Number.NaN);

// biome-ignore lint/suspicious/noTemplateCurlyInString: the way CloudFormation writes it
const UNKNOWN = '${…}';
