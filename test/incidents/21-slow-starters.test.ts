import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { StageProfile } from '../../lib/constructs/stage-profile.ts';
import { ShopStage } from '../../lib/shop/shop-stage.ts';
import { testApp } from '../../lib/testing/test-app.ts';
import { expectTimeToStart } from '../../lib/testing/time-to-start.ts';
import type { Twin } from '../../twin/twin.ts';
import { plainService } from '../lib/testing/plain-service.ts';
import { rehearse, synthesized } from '../rehearsal.ts';
import { until } from '../until.ts';

describe('21 slow starters', () => {
  it.each(['dev', 'prod'] as const)(
    'are given time, and capacity never falls below what is desired, in %s',
    (profile) => {
      const stage = StageProfile[profile](profile);
      const shop = new ShopStage(testApp(), profile, { stage, env: { region: 'us-east-1' } });
      expect(() => expectTimeToStart(shop)).not.toThrow();
    },
  );

  it('are ended, and half of the tasks with them, in a plain stack', () => {
    const stack = new Stack(new App(), 'Plain', { env: { region: 'us-east-1' } });
    plainService(stack, { healthCheck: { command: ['CMD', 'true'] } }, { maxHealthyPercent: 100 });
    expect(() => expectTimeToStart(stack)).toThrow(
      [
        '  Plain/Task: got a health check that counts from the first second; set startPeriod to what a slow start takes',
        '  Plain/Service/Service: got a grace of 0 s; set healthCheckGracePeriod to more than 0 s',
        '  Plain/Service/Service: got 50 % of its tasks during a deployment; set minHealthyPercent to 100',
        '  Plain/Service/Service: got at most 100 % of a desired count of 1, no room for a task beside those it replaces; set maxHealthyPercent to 200',
      ].join('\n'),
    );
  });
});

describe('21 a task that boots slowly', () => {
  let twin: Twin | undefined;
  afterEach(() => twin?.down());

  /** Kills one of two tasks and calls on until another is healthy in its place; gives what was answered meanwhile. */
  async function replaceUnderLoad(env: Record<string, string> = {}) {
    twin = await rehearse(await synthesized(join(import.meta.dirname, '../apps/slow-starter'), env));
    const [url] = Object.values(twin.status().urls);
    const healthy = () => twin!.status().services[0]!.tasks.filter(({ state }) => state === 'healthy');
    const [killed] = healthy();
    const answers: { status: number; pid: number; tooEarly: number }[] = [];
    const call = async (): Promise<void> => {
      const answer = await fetch(`${url}/slow`);
      // The balancer's own pages, while it learns that a task is gone, are of no task.
      if (answer.headers.get('content-type') !== 'application/json') return;
      answers.push({ status: answer.status, ...((await answer.json()) as { pid: number; tooEarly: number }) });
    };
    process.kill(killed!.pid!, 'SIGKILL');
    const successor = await until(
      async () => {
        await call();
        return healthy();
      },
      (tasks) => tasks.length === 2 && !tasks.some(({ id }) => id === killed!.id),
    );
    for (let further = 0; further < 8; further++) await call();
    const pids = new Set(answers.slice(-8).map(({ pid }) => pid));
    expect(pids).toEqual(new Set(successor.map(({ pid }) => pid)));
    return answers;
  }

  it('is left to boot, and gets nothing before it is healthy', async () => {
    const answers = await replaceUnderLoad();
    expect(answers.filter(({ status, tooEarly }) => status !== 200 || tooEarly > 0)).toEqual([]);
  }, 120_000);

  it('would be found to be called too early if it said it was healthy before it is', async () => {
    const answers = await replaceUnderLoad({ CLAIM_HEALTH: '1' });
    expect(answers.filter(({ status }) => status === 500)).not.toEqual([]);
  }, 120_000);
});
