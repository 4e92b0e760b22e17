import { addressRange } from '../../../system/address-range.ts';
import type { Resource } from '../../../system/resource.ts';
import type { Listener } from '../../../system/resources/listener.ts';
import { type ListenerAction, refusedAction } from '../../../system/resources/listener-action.ts';
import type { ListenerRule, RuleCondition } from '../../../system/resources/listener-rule.ts';
import { type Exchange, pathOf, queryOf } from '../http/exchange.ts';

/** What a listener does with an exchange: the action of the matching rule with the lowest priority, or its own. */
export type Decide = (exchange: Exchange) => ListenerAction | undefined;

/** Compiles a listener's rules. */
export const compileRules = (listener: Listener, rules: readonly Resource<ListenerRule>[]): Decide => {
  const inOrder = rules
    .map(({ data }) => ({ ...data, tests: data.conditions.map(compileCondition) }))
    .sort((a, b) => a.priority - b.priority);
  if (listener.refused !== undefined) {
    const refused = refusedAction(listener.refused, []);
    return () => refused;
  }
  return (exchange) => {
    const rule = inOrder.find(({ tests }) => tests.every((matches) => matches(exchange)));
    return (rule ?? listener).actions[0];
  };
};

type Test = (exchange: Exchange) => boolean;

const compileCondition = (condition: RuleCondition): Test => {
  switch (condition.field) {
    case 'path-pattern': {
      const patterns = condition.values.map((value) => wildcard(value));
      return ({ path }) => some(patterns, pathOf(path));
    }
    case 'host-header': {
      const patterns = condition.values.map((value) => wildcard(value, 'i'));
      return ({ headers }) => some(patterns, String(headers.host ?? '').replace(/:\d+$/, ''));
    }
    case 'http-header': {
      const patterns = condition.values.map((value) => wildcard(value, 'i'));
      const name = condition.name.toLowerCase();
      return ({ headers }) => [headers[name] ?? []].flat().some((value) => some(patterns, value));
    }
    case 'http-request-method':
      return ({ method }) => condition.values.includes(method);
    case 'query-string': {
      const wanted = condition.values.map(({ key, value }) => ({
        key: key === undefined ? ANYTHING : wildcard(key, 'i'),
        value: wildcard(value, 'i'),
      }));
      return ({ path }) =>
        pairsOf(path).some(([key, value]) => wanted.some((one) => one.key.test(key) && one.value.test(value)));
    }
    case 'source-ip': {
      const ranges = condition.values.map(addressRange);
      return ({ client }) => ranges.some((holds) => holds(client));
    }
    case 'unknown':
      return () => false;
  }
};

const ANYTHING = /^/;

/** `*` is any number of characters, `?` exactly one. */
const wildcard = (pattern: string, flags = ''): RegExp => {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, `s${flags}`);
};

const some = (patterns: readonly RegExp[], text: string): boolean => patterns.some((pattern) => pattern.test(text));

/** Compared as they were sent: the balancer does not decode them. */
const pairsOf = (path: string): [key: string, value: string][] => {
  const query = queryOf(path);
  if (query === '') return [];
  return query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
};
