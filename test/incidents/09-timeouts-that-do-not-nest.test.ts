import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Duration, aws_apigatewayv2 as gateway, Stack } from 'aws-cdk-lib';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { ShopStage } from '../../lib/shop/shop-stage.ts';
import { expectNestedTimeouts } from '../../lib/testing/nested-timeouts.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import type { Twin } from '../../twin/twin.ts';
import { plainService } from '../lib/testing/plain-service.ts';
import { rehearse, synthesized } from '../rehearsal.ts';
import { serviceBehindEdge } from '../service-behind-edge.ts';

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
    service.addEnvironment('CATALOG_TIMEOUT_MS', String(Duration.minutes(1).toMilliseconds()));
    const outlasts = (whom: string) =>
      new RegExp(`Orders/Orders/\\S+: got CATALOG_TIMEOUT_MS of 60000 ms, which outlasts ${whom}; let it end before`);
    expect(() => expectNestedTimeouts(stack)).toThrow(outlasts('PerRequestTimeoutSeconds of \\S+ \\(25000 ms\\)'));
    expect(() => expectNestedTimeouts(stack)).toThrow(outlasts('MOSAIC_REQUEST_TIMEOUT_MS of \\S+ \\(20000 ms\\)'));
  });

  it('is found in a plain stack, where the edge waits no longer than the service', () => {
    const app = testApp();
    const stack = new Stack(app, 'Plain', { env: { region: 'us-east-1' } });
    const api = new gateway.HttpApi(stack, 'Api');
    api.addRoutes({ path: '/orders', integration: new HttpUrlIntegration('Orders', 'https://orders.example.com') });
    const quiet = { minHealthyPercent: 100, circuitBreaker: { rollback: true } };
    plainService(stack, { environment: { CATALOG_TIMEOUT_MS: '30000' } }, quiet);
    expect(() => expectNestedTimeouts(app)).toThrow(/which outlasts TimeoutInMillis of Plain\/Api\/\S+ \(30000 ms\)/);
  });
});

describe('09 a stalled dependency', () => {
  let twin: Twin | undefined;
  const stopped: number[] = [];
  afterEach(async () => {
    for (const pid of stopped.splice(0)) {
      try {
        process.kill(-pid, 'SIGCONT');
      } catch {}
    }
    await twin?.down();
  });

  /** Freezes every task of a service, connections and all: nothing is refused, nothing is answered. */
  function stall(service: string): void {
    for (const { pid } of twin!.status().services.find(({ name }) => name === service)!.tasks) {
      process.kill(-pid!, 'SIGSTOP');
      stopped.push(pid!);
    }
  }

  async function timed(url: string, milliseconds: number): Promise<{ status: number | 'nothing'; ms: number }> {
    const began = performance.now();
    const status = await fetch(url, { signal: AbortSignal.timeout(milliseconds) }).then(
      (answer) => answer.status,
      () => 'nothing' as const,
    );
    return { status, ms: performance.now() - began };
  }

  it('costs a caller its binding, not its own deadline: it answers in time, whoever asks', async () => {
    twin = await rehearse(await synthesized(), { stage: 'dev' });
    const [url] = Object.values(twin.status().urls);
    stall('catalog');
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => timed(`${url}/web/products/oak-bookshelf`, 15_000)),
    );
    for (const { status, ms } of answers) {
      expect([503, 504]).toContain(status);
      // The binding gives the call 2 s; the edge would wait 29.
      expect(ms).toBeLessThan(4_000);
    }
  }, 120_000);

  it('hangs a plain service that calls without a deadline', async () => {
    twin = await rehearse(await synthesized(join(import.meta.dirname, '../apps/plain')));
    const [url] = Object.values(twin.status().urls);
    stall('store');
    expect(await timed(`${url}/note-1`, 6_000)).toMatchObject({ status: 'nothing' });
  }, 120_000);
});
