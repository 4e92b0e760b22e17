import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';
import { type ListenerAction, readActions, refusedAction } from './listener-action.ts';

/** Which requests of a listener go where. */
export interface ListenerRule {
  /** ARN of the listener. */
  readonly listener: string | undefined;
  /** The lowest number that matches wins. */
  readonly priority: number;
  /** All must match. */
  readonly conditions: readonly RuleCondition[];
  readonly actions: readonly ListenerAction[];
}

/** A part of a request, and patterns (`*`, `?`), one of which must match it. */
export type RuleCondition =
  | {
      readonly field: 'path-pattern' | 'host-header' | 'http-request-method' | 'source-ip';
      readonly values: readonly string[];
    }
  | { readonly field: 'http-header'; readonly name: string; readonly values: readonly string[] }
  | {
      readonly field: 'query-string';
      readonly values: readonly { readonly key: string | undefined; readonly value: string }[];
    }
  /** One the twin does not know: it never matches. */
  | { readonly field: 'unknown' };

/** `AWS::ElasticLoadBalancingV2::ListenerRule` */
export const listenerRule: ResourceType<ListenerRule> = {
  type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  identity: (place, property) => {
    const own = `${String(property('ListenerArn')).replace(':listener/', ':listener-rule/')}/${place.hash.slice(0, 16)}`;
    return { ref: own, attributes: { RuleArn: own } };
  },
  read: (take) => {
    const transforms = take.objects('Transforms');
    const why = 'the twin does not rewrite hosts or paths';
    for (const transform of transforms) transform.refuse('Type', `${why}; what matches the rule is answered with 501`);
    const actions = readActions(take, 'Actions');
    return {
      listener: take.string('ListenerArn'),
      priority: take.number('Priority') ?? 50_000,
      conditions: take.objects('Conditions').map(readCondition),
      actions: transforms.length > 0 ? [refusedAction(why, actions)] : actions,
    };
  },
};

const PLAIN_FIELDS = {
  'path-pattern': 'PathPatternConfig',
  'host-header': 'HostHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'source-ip': 'SourceIpConfig',
} as const;

const readCondition = (take: Take): RuleCondition => {
  const field = take.string('Field');
  if (field === 'http-header') {
    const config = take.object('HttpHeaderConfig');
    if (refusesRegex(config)) return { field: 'unknown' };
    return { field, name: config?.string('HttpHeaderName') ?? '', values: config?.strings('Values') ?? [] };
  }
  if (field === 'query-string') {
    const pairs = take.object('QueryStringConfig')?.objects('Values') ?? [];
    return { field, values: pairs.map((pair) => ({ key: pair.string('Key'), value: pair.string('Value') ?? '' })) };
  }
  if (field !== undefined && field in PLAIN_FIELDS) {
    const plain = field as keyof typeof PLAIN_FIELDS;
    const config = take.object(PLAIN_FIELDS[plain]);
    if (refusesRegex(config)) return { field: 'unknown' };
    return { field: plain, values: [...take.strings('Values'), ...(config?.strings('Values') ?? [])] };
  }
  take.refuse('Field', 'the twin does not know this condition; the rule never matches');
  return { field: 'unknown' };
};

const refusesRegex = (config: Take | undefined): boolean => {
  config?.refuse('RegexValues', 'the twin matches * and ? alone; the rule never matches');
  return config?.peek('RegexValues') !== undefined;
};
