/** An action may end in `*` after two words, as in `GetObject*`, or after one that only reads or cleans up. */
const NARROW_ACTION = /^[\w-]+:(?:[A-Z]\w*[A-Z]\w*|Get|List|Describe|Abort)\*$/;

/** Services whose resources are named without a type, as in `arn:aws:s3:::orders/*`. */
const WITHOUT_TYPE: ReadonlySet<string> = new Set(['codecommit', 'codepipeline', 'execute-api', 's3', 'sns', 'sqs']);

const isWild = (text: string): boolean => /^[*?]+$/.test(text);

/** Whether an action is a pattern that does not show what it allows. */
export const isWideAction = (action: string): boolean => /[*?]/.test(action) && !NARROW_ACTION.test(action);

/** Whether a resource is all resources, or all of a type: a wildcard stands where the name belongs. */
export function isAnyResource(resource: string): boolean {
  const [scheme, , service = '*', , , ...rest] = resource.split(':');
  if (scheme !== 'arn') return isWild(resource);
  const segments = rest.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  if (segments.length === 0) return true;
  if (WITHOUT_TYPE.has(service)) return isWild(segments[0]!);
  const [type, name, ...more] = segments as [string, ...string[]];
  if (/[*?]/.test(type)) return true;
  // Some types have an id that AWS gives before the name: `autoScalingGroup:*:autoScalingGroupName/orders`.
  return name !== undefined && isWild(name) && isWild(more.at(-1) ?? name);
}
