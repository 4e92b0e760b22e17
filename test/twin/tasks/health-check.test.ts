import { describe, expect, it } from '@jest/globals';
import { HealthCheck } from '../../../twin/tasks/health-check.ts';
import { until } from '../../until.ts';

const check = { command: [], intervalSeconds: 0.01, timeoutSeconds: 1, retries: 3, startPeriodSeconds: 0.1 };

/** Answers what it is told to, check by check; the last answer stays. */
function start(answers: boolean[], given: Partial<typeof check> = {}) {
  const heard: [boolean, number][] = [];
  let [checks, underWay, most] = [0, 0, 0];
  const startedAt = performance.now();
  const health = new HealthCheck({
    check: { ...check, ...given },
    run: async () => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
      return { healthy: answers[Math.min(checks++, answers.length - 1)]!, output: `check ${checks}` };
    },
    changed: (healthy) => heard.push([healthy, checks]),
  });
  const ended = health.start();
  return { health, heard, ended, checks: () => checks, most: () => most, elapsed: () => performance.now() - startedAt };
}

describe('HealthCheck', () => {
  it('is healthy at the first success, unhealthy after as many failures as there are retries, and healthy again', async () => {
    const { health, heard, ended, most } = start([true, false, false, true, false, false, false, true]);
    await until(() => heard.length === 3);
    health.stop();
    await ended;
    expect(heard).toEqual([
      [true, 1],
      [false, 7],
      [true, 8],
    ]);
    expect(most()).toBe(1);
    expect(health.output).toBe('check 7');
  });

  it('gives a container that starts the time ECS would give it', async () => {
    const { health, heard, elapsed } = start([false]);
    await until(() => heard.length === 1);
    health.stop();
    expect(heard[0]![0]).toBe(false);
    expect(elapsed()).toBeGreaterThanOrEqual(130);
  });

  it('does not wait out an interval while a container starts', async () => {
    const { health, heard } = start([false, false, true], { intervalSeconds: 1000 });
    await until(() => heard.length === 1);
    health.stop();
    expect(heard).toEqual([[true, 3]]);
  });

  it('ends when stopped', async () => {
    const { health, ended, checks } = start([true], { intervalSeconds: 1000 });
    await until(() => checks() === 1);
    health.stop();
    await ended;
    expect(checks()).toBe(1);
  });
});
