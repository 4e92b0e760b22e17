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
    };

/** Reads a list of actions in their order; what cannot be rehearsed is refused and left out. */
export const readActions = (take: Take, property: string): readonly ListenerAction[] =>
  take
    .objects(property)
    .map((action) => ({ order: action.number('Order') ?? 0, action: readAction(action) }))
    .sort((a, b) => a.order - b.order)
    .flatMap(({ action }) => action ?? []);

const readAction = (take: Take): ListenerAction | undefined => {
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
  take.refuse('Type', `the twin's balancer cannot ${kind}; it forwards, redirects and answers fixed responses`);
  return undefined;
};

const readForward = (take: Take): ListenerAction => {
  const config = take.object('ForwardConfig');
  config?.refuse('TargetGroupStickinessConfig', 'the twin does not pin a client to a target group');
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
