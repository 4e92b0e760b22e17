import type { Take } from '../take.ts';

/** What becomes of an attribute: simulated, simulated for some values alone (others are refused), or accepted. */
export type AttributeRule = 'simulated' | { readonly why: string; readonly only?: readonly string[] };

/** Reads the attributes of a balancer or target group: the values of those that are simulated, by key. */
export const readAttributes = (
  take: Take,
  property: string,
  rules: Readonly<Record<string, AttributeRule>>,
): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  for (const attribute of take.objects(property)) {
    const key = String(attribute.peek('Key'));
    const rule = rules[key] ?? { why: `the twin does not act on ${key}` };
    if (rule === 'simulated' || rule.only?.includes(String(attribute.peek('Value')))) {
      attribute.string('Key');
      values[key] = attribute.string('Value') ?? '';
      continue;
    }
    attribute.accept('Key', rule.why);
    if (rule.only) attribute.refuse('Value', rule.why);
    else attribute.accept('Value', rule.why);
  }
  return values;
};
