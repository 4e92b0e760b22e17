/** An action may end in `*` after two words, as in `GetObject*`, or after one that only reads or cleans up. */
const NARROW_ACTION = /^[\w-]+:(?:[A-Z]\w*[A-Z]\w*|Get|List|Describe|Abort)\*$/;

/** Services whose resources are named without a type, as in `arn:aws:s3:::orders/*`. */
const WITHOUT_TYPE: ReadonlySet<string> = new Set(['codecommit', 'codepipeline', 'execute-api', 's3', 'sns', 'sqs']);

/** Types of two words, as in `loadbalancer/app/orders/…` and `regional/webacl/orders/…`. */
const TWO_WORDS: Readonly<Record<string, RegExp>> = {
  elasticloadbalancing: /^(?:loadbalancer|listener|listener-rule)\/(?:app|net|gwy)$/,
  wafv2: /^(?:global|regional)\//,
};

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
  const [type, second, ...others] = segments as [string, ...string[]];
  if (/[*?]/.test(type)) return true;
  const [name, ...more] = TWO_WORDS[service]?.test(`${type}/${second ?? ''}`) ? others : [second, ...others];
  if (name === undefined || !isWild(name)) return false;
  // AWS gives an Auto Scaling group an id, which stands before its name: `autoScalingGroup:*:autoScalingGroupName/orders`.
  const [label, group = '*'] = more;
  return !(service === 'autoscaling' && label === 'autoScalingGroupName' && !isWild(group));
}
