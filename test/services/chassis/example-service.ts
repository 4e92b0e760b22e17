import { Type } from 'typebox';
import type { Context } from '../../../services/chassis/context.ts';
import { Problem } from '../../../services/chassis/problem.ts';
import { defineRoutes, type Operations } from '../../../services/chassis/route.ts';

/** Routes with one of everything. */
export const exampleRoutes = defineRoutes({
  getThing: {
    method: 'GET',
    path: '/things/{id}',
    params: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
    query: Type.Object({
      big: Type.Optional(Type.Boolean()),
      tag: Type.Optional(Type.Array(Type.String())),
      most: Type.Optional(Type.Integer({ maximum: 10 })),
    }),
    answer: Type.Object({ id: Type.Integer(), big: Type.Boolean(), tags: Type.Array(Type.String()) }),
    problems: ['not-found'],
  },
  addThing: {
    method: 'POST',
    path: '/things',
    body: Type.Object({ name: Type.String({ minLength: 1 }), price: Type.Optional(Type.Integer()) }),
    bodyLimit: 200,
    answer: Type.Object({ name: Type.String() }),
    status: 201,
  },
  removeThing: { method: 'DELETE', path: '/things/{id}' },
});

/** Handlers of the example; each can be replaced. */
export const exampleHandlers = (
  own: Partial<Operations<typeof exampleRoutes>> = {},
): Operations<typeof exampleRoutes> => ({
  async getThing({ params, query }) {
    if (params.id === 404) throw new Problem('not-found', 'there is no thing 404');
    return { id: params.id, big: query.big ?? false, tags: query.tag ?? [] };
  },
  addThing: async ({ body }) => ({ name: body.name }),
  removeThing: async () => undefined,
  ...own,
});

/** Never answers by itself. */
export const stalled = (): Promise<never> => new Promise(() => {});

/** Answers once it is told to. */
export function gate<T>(answer: T): {
  readonly operation: (input: unknown, context: Context) => Promise<T>;
  open(): void;
  readonly entered: Promise<void>;
} {
  const opened = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const operation = async (): Promise<T> => {
    entered.resolve();
    await opened.promise;
    return answer;
  };
  return { operation, open: () => opened.resolve(), entered: entered.promise };
}
