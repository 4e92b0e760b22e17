import { Type } from 'typebox';
import { Problem } from '../problem.ts';
import { defineRoutes, type Operations } from '../route.ts';

const Status = Type.Object({ status: Type.Literal('up') });

/**
 * What the machinery around a service asks.
 *
 * `/health` is for the container's check: 200 as long as the process answers, while it drains as well, for a task that is
 * told to stop has work in flight and must not be killed for it. ECS takes it from its balancers itself, so they may ask
 * the same. `/ready` is for callers who choose among tasks themselves: not ready once the task drains.
 */
export const statusRoutes = defineRoutes({
  health: { method: 'GET', path: '/health', answer: Status, internal: true },
  ready: { method: 'GET', path: '/ready', answer: Status, problems: ['draining'], internal: true },
  openApi: { method: 'GET', path: '/openapi.json', answer: Type.Unsafe<object>({ type: 'object' }), internal: true },
});

/** Handlers of the status routes. */
export const statusHandlers = (draining: () => boolean, document: () => object): Operations<typeof statusRoutes> => ({
  health: async () => ({ status: 'up' }),
  async ready() {
    if (draining()) throw new Problem('draining');
    return { status: 'up' };
  },
  openApi: async () => document(),
});
