import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { aws_elasticloadbalancingv2 as balancing, Duration, aws_apigatewayv2 as gateway, Stack } from 'aws-cdk-lib';
import { HttpAlbIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { ShopStage } from '../../lib/shop/shop-stage.ts';
import { expectNestedTimeouts } from '../../lib/testing/nested-timeouts.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import { type DynamoDbEngine, startDynamoDb } from '../../twin/engines/dynamodb.ts';
import type { Twin } from '../../twin/twin.ts';
import { plainService } from '../lib/testing/plain-service.ts';
import { rehearse, synthesized, temporaryFolder } from '../rehearsal.ts';
import { RehearsedShop } from '../rehearsed-shop.ts';
import { serviceBehindEdge } from '../service-behind-edge.ts';
import { until } from '../until.ts';

describe('09 a service waits longer than whoever waits for it', () => {
  it.each(['dev', 'prod'] as const)(
    'never in the %s templates: each hop ends before its caller gives up',
    (profile) => {
      const app = testApp();
      new ShopStage(app, profile, { stage: StageProfile[profile](profile), env: { region: 'us-east-1' } });
      expect(() => expectNestedTimeouts(app)).not.toThrow();
    },
  );

  it('is found where somebody sets a timeout by hand', () => {
    const { stack, service } = serviceBehindEdge('Orders');
    service.addEnvironment('CATALOG_URL', 'http://catalog');
    service.addEnvironment('CATALOG_TIMEOUT_MS', String(Duration.minutes(1).toMilliseconds()));
    const outlasts = (whom: string) =>
      new RegExp(`Orders/Orders/\\S+: got CATALOG_TIMEOUT_MS of 60000 ms, which outlasts ${whom}; let it end before`);
    expect(() => expectNestedTimeouts(stack)).toThrow(outlasts('PerRequestTimeoutSeconds of \\S+ \\(25000 ms\\)'));
    expect(() => expectNestedTimeouts(stack)).toThrow(outlasts('MOSAIC_REQUEST_TIMEOUT_MS of \\S+ \\(20000 ms\\)'));
  });

  it('is found in a plain stack, where the edge waits no longer than the service', () => {
    const app = testApp();
    const stack = new Stack(app, 'Plain', { env: { region: 'us-east-1' } });
    const environment = { CATALOG_URL: 'http://catalog', CATALOG_TIMEOUT_MS: '30000' };
    const quiet = { minHealthyPercent: 100, circuitBreaker: { rollback: true } };
    const service = plainService(stack, { environment, portMappings: [{ containerPort: 80 }] }, quiet);
    const balancer = new balancing.ApplicationLoadBalancer(stack, 'Balancer', { vpc: service.cluster.vpc });
    const listener = balancer.addListener('Listener', { port: 80 });
    listener.addTargets('Orders', { port: 80, targets: [service] });
    const api = new gateway.HttpApi(stack, 'Api');
    api.addRoutes({ path: '/orders', integration: new HttpAlbIntegration('Orders', listener) });
    expect(() => expectNestedTimeouts(app)).toThrow(/which outlasts TimeoutInMillis of Plain\/Api\/\S+ \(30000 ms\)/);
  });
});

interface Ending {
  readonly status: number | 'nothing';
  readonly ms: number;
}

/** Asks, and leaves after so many milliseconds. */
async function timed(url: string, milliseconds: number, headers: Record<string, string> = {}): Promise<Ending> {
  const began = performance.now();
  const status = await fetch(url, { headers, signal: AbortSignal.timeout(milliseconds) }).then(
    (answer) => answer.status,
    () => 'nothing' as const,
  );
  return { status, ms: performance.now() - began };
}

describe('09 a stalled dependency', () => {
  const reaper = { add() {}, remove() {} };
  let database: DynamoDbEngine;
  let shop: RehearsedShop;

  beforeAll(async () => {
    const folder = temporaryFolder();
    database = await startDynamoDb({ folder, engines: join(folder, 'engines'), reaper });
    process.env.AWS_ENDPOINT_URL_DYNAMODB = database.url;
    shop = await RehearsedShop.start('dev');
  });
  afterEach(() => shop?.resume());
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    await shop?.down();
    await database?.close();
  });

  it('is none yet, and nobody outside can make it look like one: the edge takes no deadlines', async () => {
    const url = `${shop.url}/web/products/oak-bookshelf`;
    expect((await timed(url, 15_000, { 'x-deadline-ms': '1' })).status).toBe(200);
  });

  it('costs a caller its binding, not its own deadline: it answers in time, whoever asks', async () => {
    shop.stall('catalog');
    const ask = () => timed(`${shop.url}/web/products/oak-bookshelf`, 15_000);
    for (const { status, ms } of await Promise.all(Array.from({ length: 8 }, ask))) {
      expect([503, 504]).toContain(status);
      // The binding gives the call 2 s; the edge would wait 29.
      expect(ms).toBeLessThan(4_000);
    }
  });

  /** How either service says it ended the requests of one view: web-bff its own, the catalog both. */
  const endings = async (view: string): Promise<number[]> => {
    const lines = [...(await shop.lines('web-bff')), ...(await shop.lines('catalog'))];
    return lines.flatMap(({ correlationId, status }) => (correlationId === view && status ? [status] : []));
  };

  const endedAs = (view: string, status: number): Promise<boolean> =>
    until(
      () => endings(view),
      ({ length }) => length === 3,
      15_000,
    ).then(
      (all) => all.every((one) => one === status),
      () => false,
    );

  it('is not waited for on behalf of a caller that has left: both services stop', async () => {
    expect((await timed(`${shop.url}/web/products/oak-bookshelf`, 15_000)).status).toBe(200);
    shop.freeze(database.pid!);
    // Whoever leaves too soon has asked nobody behind the edge; who leaves late has been answered.
    let stopped = false;
    for (const ms of [300, 600, 1_200]) {
      const view = `leaves-after-${ms}`;
      const { status } = await timed(`${shop.url}/web/products/oak-bookshelf`, ms, { 'x-correlation-id': view });
      expect(status).toBe('nothing');
      stopped = await endedAs(view, 499);
      if (stopped) break;
    }
    expect(stopped).toBe(true);
  }, 90_000);

  it('is waited for as long as the caller does, who gets to know when that is over', async () => {
    shop.freeze(database.pid!);
    const stays = { 'x-correlation-id': 'stays' };
    expect((await timed(`${shop.url}/web/products/oak-bookshelf`, 15_000, stays)).status).toBe(504);
    // Its own; at the same moment it gives up on the catalog, which may hear of that before its own time is over.
    expect((await endings('stays'))[0]).toBe(504);
  });
});

describe('09 a plain service that calls without a deadline', () => {
  let twin: Twin | undefined;
  let frozen: number[] = [];
  afterEach(async () => {
    for (const pid of frozen) process.kill(-pid, 'SIGCONT');
    await twin?.down();
  });

  it('hangs when the one it calls stalls', async () => {
    twin = await rehearse(await synthesized(join(import.meta.dirname, '../apps/plain')));
    const [url] = Object.values(twin.status().urls);
    frozen = twin
      .status()
      .services.find(({ name }) => name === 'store')!
      .tasks.map(({ pid }) => pid!);
    for (const pid of frozen) process.kill(-pid, 'SIGSTOP');
    expect(await timed(`${url}/note-1`, 4_000)).toMatchObject({ status: 'nothing' });
  }, 120_000);
});
