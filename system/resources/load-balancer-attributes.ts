import type { Take } from '../take.ts';

/** Takes those attributes of a balancer or target group that are simulated, and refuses those that must stay off. */
export const readAttributes = (
  take: Take,
  property: string,
  simulated: readonly string[],
  mustBeOff: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  for (const attribute of take.objects(property)) {
    const key = String(attribute.peek('Key'));
    if (simulated.includes(key)) {
      attribute.string('Key');
      values[key] = attribute.string('Value') ?? '';
    }
    const why = mustBeOff[key];
    if (why !== undefined && String(attribute.peek('Value')) !== 'false') attribute.refuse('Value', why);
  }
  return values;
};
