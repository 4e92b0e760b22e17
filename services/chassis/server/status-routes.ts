import { Type } from 'typebox';
import { Problem } from '../problem.ts';
import { defineRoutes, type Operations } from '../route.ts';

const Status = Type.Object({ status: Type.Literal('up') });

/**
 * What the infrastructure around a service asks.
 *
 * `/health` is for the container's check: 200 as long as the process answers, even while it drains, because a stopping
 * task has work in flight and must not be killed for it. ECS itself takes the task out of its balancers, so they may
 * ask the same. `/ready` is for callers that choose among tasks themselves: not ready once the task drains, nor while
 * the service lacks something it cannot do without.
 */
export const statusRoutes = defineRoutes({
  health: { method: 'GET', path: '/health', answer: Status, internal: true },
  ready: {
    method: 'GET',
    path: '/ready',
    answer: Status,
    problems: ['draining', 'dependency-not-ready'],
    internal: true,
  },
  openApi: { method: 'GET', path: '/openapi.json', answer: Type.Unsafe<object>({ type: 'object' }), internal: true },
});

export interface StatusProps {
  readonly draining: () => boolean;
  /** Why the service cannot work at the moment. @default - it is always ready */
  readonly readiness: (() => string | undefined) | undefined;
  readonly document: () => object;
}

/** Handlers of the status routes. */
export const statusHandlers = ({ draining, readiness, document }: StatusProps): Operations<typeof statusRoutes> => ({
  health: async () => ({ status: 'up' }),
  async ready() {
    if (draining()) throw new Problem('draining');
    const reason = readiness?.();
    if (reason !== undefined) throw new Problem('dependency-not-ready', reason);
    return { status: 'up' };
  },
  openApi: async () => document(),
});
