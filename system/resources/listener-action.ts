import type { Take } from '../take.ts';

/** What a listener or a rule does with a request. */
export type ListenerAction =
  | {
      readonly kind: 'forward';
      /** Target groups by ARN; a weight of 0 gets nothing. */
      readonly targets: readonly { readonly targetGroup: string; readonly weight: number }[];
    }
  | {
      readonly kind: 'fixed-response';
      readonly status: number;
      readonly contentType: string | undefined;
      readonly body: string;
    }
  | {
      readonly kind: 'redirect';
      readonly status: 301 | 302;
      /** Parts of the new address; `#{protocol}`, `#{host}`, `#{port}`, `#{path}`, `#{query}` keep the old one's. */
      readonly protocol: string;
      readonly host: string;
      readonly port: string;
      readonly path: string;
      readonly query: string;
    }
  | {
      /** What the balancer of the twin cannot do: it answers 501, and nothing behind it is reached. */
      readonly kind: 'refused';
      readonly why: string;
      /** ARNs of the target groups it keeps from its callers; their tasks are checked all the same. */
      readonly behind: readonly string[];
    };

/** Target groups whose tasks some of these actions would reach, by ARN. */
export const targetGroupsOf = (actions: readonly ListenerAction[]): readonly string[] =>
  actions.flatMap((action) => {
    if (action.kind === 'forward') return action.targets.map(({ targetGroup }) => targetGroup);
    return action.kind === 'refused' ? action.behind : [];
  });

/** What stands in for actions that cannot be rehearsed. */
export const refusedAction = (why: string, actions: readonly ListenerAction[]): ListenerAction => ({
  kind: 'refused',
  why,
  behind: targetGroupsOf(actions),
});

/** Reads a list of actions in order. One that cannot be rehearsed replaces them all, because it may be a guard. */
export const readActions = (take: Take, property: string): readonly ListenerAction[] => {
  const actions = take
    .objects(property)
    .map((action) => ({ order: action.number('Order') ?? 0, action: readAction(action) }))
    .sort((a, b) => a.order - b.order)
    .map(({ action }) => action);
  const refused = actions.find((action) => action.kind === 'refused');
  return refused ? [refusedAction(refused.why, actions)] : actions;
};

const readAction = (take: Take): ListenerAction => {
  const kind = take.string('Type');
  if (kind === 'forward') return readForward(take);
  if (kind === 'fixed-response') {
    const fixed = take.object('FixedResponseConfig');
    return {
      kind,
      status: fixed?.number('StatusCode') ?? 200,
      contentType: fixed?.string('ContentType'),
      body: fixed?.string('MessageBody') ?? '',
    };
  }
  if (kind === 'redirect') {
    const redirect = take.object('RedirectConfig');
    return {
      kind,
      status: redirect?.string('StatusCode') === 'HTTP_301' ? 301 : 302,
      protocol: redirect?.string('Protocol') ?? '#{protocol}',
      host: redirect?.string('Host') ?? '#{host}',
      port: redirect?.string('Port') ?? '#{port}',
      path: redirect?.string('Path') ?? '/#{path}',
      query: redirect?.string('Query') ?? '#{query}',
    };
  }
  const why = `the twin's balancer cannot ${kind}; it forwards, redirects and answers fixed responses`;
  take.refuse('Type', `${why}, and 501 to what comes here`);
  return refusedAction(why, []);
};

const readForward = (take: Take): ListenerAction => {
  const config = take.object('ForwardConfig');
  const sticky = config?.object('TargetGroupStickinessConfig');
  if (sticky?.boolean('Enabled')) sticky.refuse('Enabled', 'the twin does not pin a client to a target group');
  const weighted = (config?.objects('TargetGroups') ?? []).flatMap((target) => {
    const [targetGroup, weight] = [target.string('TargetGroupArn'), target.number('Weight') ?? 1];
    return targetGroup === undefined ? [] : [{ targetGroup, weight }];
  });
  const only = take.string('TargetGroupArn');
  return {
    kind: 'forward',
    targets: weighted.length > 0 ? weighted : only === undefined ? [] : [{ targetGroup: only, weight: 1 }],
  };
};
