import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CallError } from '../../../../services/chassis/client/call-error.ts';
import { client } from '../../../../services/chassis/client/client.ts';
import { type Context, requestContext } from '../../../../services/chassis/context.ts';
import type { Operations } from '../../../../services/chassis/route.ts';
import { exampleRoutes, stalled } from '../example-service.ts';
import { startExample } from '../running-service.ts';
import { testRuntime } from '../test-runtime.ts';

const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function clientOf(baseUrl: string, timeoutMs = 5_000) {
  const example = client({ service: 'example', routes: exampleRoutes, baseUrl, timeoutMs });
  closing.push(() => example[Symbol.asyncDispose]());
  return example;
}

async function calling(own: Partial<Operations<typeof exampleRoutes>> = {}, timeoutMs?: number) {
  const { service, baseUrl } = await startExample(own, { requestTimeoutMs: 4_000, drainMs: 4_000 });
  const example = clientOf(baseUrl, timeoutMs);
  closing.push(() => service.drain());
  return example;
}

/** A server that isn't ours and answers as it likes. */
async function stranger(status: number, body: string): Promise<string> {
  const server: Server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const context = (timeoutMs = 10_000, headers = {}): Context => requestContext(headers, timeoutMs, testRuntime());
const one = { params: { id: 1 }, query: {} };

async function failureOf(call: Promise<unknown>): Promise<CallError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CallError);
  return error as CallError;
}

describe('client', () => {
  it('calls what the route declares, in the types it declares', async () => {
    const example = await calling();
    expect(await example.getThing({ params: { id: 7 }, query: { big: true, tag: ['a', 'b&c'] } }, context())).toEqual({
      id: 7,
      big: true,
      tags: ['a', 'b&c'],
    });
    expect(await example.addThing({ body: { name: 'é' } }, context())).toEqual({ name: 'é' });
    expect(await example.removeThing({ params: { id: 'a/b' } }, context())).toBeUndefined();
  });

  it('keeps the path of its base URL', async () => {
    const { service, baseUrl } = await startExample({}, { drainMs: 1, requestTimeoutMs: 1_000 });
    closing.push(() => service.drain());
    const error = await failureOf(clientOf(`${baseUrl}/v2/`).getThing(one, context()));
    expect(error.failure).toMatchObject({ status: 404, code: 'no-route' });
  });

  it('hands on trace, correlation id and what is left of the time', async () => {
    const seen: Context[] = [];
    const left: number[] = [];
    const getThing: Operations<typeof exampleRoutes>['getThing'] = async (_, callee) => {
      seen.push(callee);
      left.push(callee.deadline.remaining());
      return { id: 1, big: false, tags: [] };
    };
    const example = await calling({ getThing }, 800);
    const caller = context(10_000, { 'x-correlation-id': 'click-1' });
    await example.getThing(one, caller);
    await example.getThing(one, caller);
    await example.getThing(one, context(300));

    expect(seen[0]!.correlationId).toBe('click-1');
    expect(seen[0]!.trace.traceId).toBe(caller.trace.traceId);
    const steps = [caller.trace.spanId, seen[0]!.trace.parentId, seen[1]!.trace.parentId];
    expect(new Set(steps).size).toBe(3);
    expect(left[0]).toBeGreaterThan(300);
    expect(left[0]).toBeLessThanOrEqual(800);
    expect(left[2]).toBeLessThanOrEqual(300);
  });

  it('fails in time if there is no answer, and stops the callee', async () => {
    const stopped = Promise.withResolvers<string>();
    const example = await calling(
      {
        getThing(_, { deadline }) {
          deadline.whenOver(stopped.resolve);
          return stalled();
        },
      },
      100,
    );
    const error = await failureOf(example.getThing(one, context()));
    expect(error).toMatchObject({ status: 504, code: 'dependency-timeout', failure: { kind: 'timeout' } });
    expect(error.message).toBe('example did not answer in time');
    expect(['expired', 'cancelled']).toContain(await stopped.promise);
  });

  it('does not call when no time is left', async () => {
    let called = false;
    const example = await calling({
      async removeThing() {
        called = true;
        return undefined;
      },
    });
    const error = await failureOf(example.removeThing({ params: { id: 'x' } }, context(0)));
    expect(error.failure.kind).toBe('timeout');
    expect(called).toBe(false);
  });

  it('stops the callee when its own caller leaves', async () => {
    const stopped = Promise.withResolvers<string>();
    const entered = Promise.withResolvers<void>();
    const example = await calling({
      getThing(_, { deadline }) {
        deadline.whenOver(stopped.resolve);
        entered.resolve();
        return stalled();
      },
    });
    const caller = context();
    const call = example.getThing(one, caller);
    await entered.promise;
    caller.deadline.cancel();
    await expect(call).rejects.toMatchObject({ code: 'caller-left' });
    expect(await stopped.promise).toBe('cancelled');
  });

  it('tells that nobody is there', async () => {
    const error = await failureOf(clientOf('http://127.0.0.1:1').getThing(one, context()));
    expect(error).toMatchObject({ status: 502, code: 'dependency-unavailable', failure: { kind: 'unavailable' } });
    expect(error.message).toMatch(/^example cannot be reached: .*ECONNREFUSED/);
  });

  it('tells what the callee says against it', async () => {
    const error = await failureOf((await calling()).getThing({ ...one, params: { id: 404 } }, context()));
    expect(error).toMatchObject({ status: 502, failure: { kind: 'problem', status: 404, code: 'not-found' } });
    expect(error.message).toBe('example answered 404: there is no thing 404');
    expect(error.answered('not-found')).toBe(true);
  });

  it('tells what somebody says who does not speak our problems', async () => {
    const error = await failureOf(clientOf(await stranger(503, 'upstream connect error')).getThing(one, context()));
    expect(error.failure).toEqual({ kind: 'problem', status: 503, code: undefined });
  });

  it('takes a 504 of whoever stands between for what it is', async () => {
    const error = await failureOf(clientOf(await stranger(504, 'upstream request timeout')).getThing(one, context()));
    expect(error).toMatchObject({ status: 504, failure: { kind: 'timeout' } });
  });

  it.each([
    ['text', 'hello'],
    ['another shape', '{"id":"1"}'],
    ['nothing', ''],
  ])('refuses %s for an answer', async (_, body) => {
    const error = await failureOf(clientOf(await stranger(200, body)).getThing(one, context()));
    expect(error).toMatchObject({ code: 'dependency-failed', failure: { kind: 'malformed' } });
  });

  it('takes an answer that says more than it relies on', async () => {
    const baseUrl = await stranger(200, '{"id":1,"big":false,"tags":[],"new":"thing"}');
    expect(await clientOf(baseUrl).getThing(one, context())).toMatchObject({ id: 1 });
  });
});
