import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';
import { type ListenerAction, readActions } from './listener-action.ts';

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

/** Part of a request and the patterns (`*`, `?`) of which one must match it. */
export type RuleCondition =
  | {
      readonly field: 'path-pattern' | 'host-header' | 'http-request-method' | 'source-ip';
      readonly values: readonly string[];
    }
  | { readonly field: 'http-header'; readonly name: string; readonly values: readonly string[] }
  | {
      readonly field: 'query-string';
      readonly values: readonly { readonly key: string | undefined; readonly value: string }[];
    };

/** `AWS::ElasticLoadBalancingV2::ListenerRule` */
export const listenerRule: ResourceType<ListenerRule> = {
  type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
  identity: (place, property) => {
    const own = `${String(property('ListenerArn')).replace(':listener/', ':listener-rule/')}/${place.hash.slice(0, 16)}`;
    return { ref: own, attributes: { RuleArn: own } };
  },
  read: (take) => {
    take.refuse('Transforms', 'the twin does not rewrite hosts or paths');
    return {
      listener: take.string('ListenerArn'),
      priority: take.number('Priority') ?? 50_000,
      conditions: take.objects('Conditions').flatMap((condition) => readCondition(condition) ?? []),
      actions: readActions(take, 'Actions'),
    };
  },
};

const PLAIN_FIELDS = {
  'path-pattern': 'PathPatternConfig',
  'host-header': 'HostHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'source-ip': 'SourceIpConfig',
} as const;

const readCondition = (take: Take): RuleCondition | undefined => {
  const field = take.string('Field');
  if (field === 'http-header') {
    const config = take.object('HttpHeaderConfig');
    return { field, name: config?.string('HttpHeaderName') ?? '', values: config?.strings('Values') ?? [] };
  }
  if (field === 'query-string') {
    const pairs = take.object('QueryStringConfig')?.objects('Values') ?? [];
    return { field, values: pairs.map((pair) => ({ key: pair.string('Key'), value: pair.string('Value') ?? '' })) };
  }
  if (field !== undefined && field in PLAIN_FIELDS) {
    const plain = field as keyof typeof PLAIN_FIELDS;
    const config = take.object(PLAIN_FIELDS[plain]);
    config?.refuse('RegexValues', 'the twin matches * and ? only');
    return { field: plain, values: [...take.strings('Values'), ...(config?.strings('Values') ?? [])] };
  }
  take.refuse('Field', 'the twin does not know this condition; the rule matches as if it were not there');
  return undefined;
};
