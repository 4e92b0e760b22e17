import { afterEach, describe, expect, it } from '@jest/globals';
import type { TargetHealthCheck } from '../../../../system/resources/target-group.ts';
import { type TargetProblem, watchTarget } from '../../../../twin/traffic/balancer/target-health.ts';
import { until } from '../../../until.ts';
import { atEnd, closeAll } from '../../at-end.ts';
import { ManualClock } from '../../manual-clock.ts';
import { MemoryNetwork } from '../../network/memory-network.ts';
import { service } from '../../network/small-network.ts';
import { serve } from '../../served.ts';

afterEach(closeAll);

const CHECK: TargetHealthCheck = {
  port: 'traffic-port',
  path: '/health',
  intervalSeconds: 10,
  timeoutSeconds: 1,
  healthyThreshold: 3,
  unhealthyThreshold: 2,
  codes: '200,204-299',
};

const watched = async (check: Partial<TargetHealthCheck> = {}) => {
  const network = new MemoryNetwork();
  const clock = new ManualClock();
  const target = { status: 200, asked: [] as string[] };
  const seat = await network.seat(service('shop'), 'a');
  seat.places.set(
    8080,
    await serve((request, response) => {
      target.asked.push(`${request.url} ${request.headers['user-agent']}`);
      response.writeHead(target.status).end();
    }),
  );
  const balancer = network.join({ id: 'lb', name: 'lb', path: 'lb', groups: [], vpcAddress: undefined });
  const problems: TargetProblem[] = [];
  const stop = watchTarget(seat, 8080, {
    network,
    balancer,
    clock,
    targetGroup: 'group',
    check: { ...CHECK, ...check },
    failed: (problem) => problems.push(problem),
  });
  atEnd(stop);
  /** Lets so much time pass and the next check end. */
  const next = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await until(() => clock.waits.length === 1);
  };
  return { network, clock, seat, target, problems, next };
};

describe('health of a target', () => {
  it('is looked at from when the task runs until it drains', async () => {
    const { clock, seat, target, next } = await watched();
    expect(target.asked).toEqual([]);
    seat.run();
    await until(() => seat.health('group') === true);
    expect(target.asked).toEqual(['/health ELB-HealthChecker/2.0']);
    await next(10_000);
    expect(target.asked).toHaveLength(2);
    seat.drain();
    expect(clock.waits).toEqual([]);
  });

  it('is good after one good answer, asked for quickly while the task starts', async () => {
    const { clock, seat, target, next } = await watched();
    target.status = 500;
    seat.run();
    await until(() => clock.waits.length === 1);
    expect(clock.waits).toEqual([100]);
    expect(seat.health('group')).toBeUndefined();
    target.status = 200;
    await next(100);
    expect(seat.health('group')).toBe(true);
    expect(clock.waits).toEqual([10_000]);
  });

  it('is bad for a new task only once it has failed for as long as the threshold takes', async () => {
    const { seat, target, problems, next } = await watched();
    target.status = 503;
    seat.run();
    await next(0);
    await next(19_900);
    expect(seat.health('group')).toBeUndefined();
    await next(100);
    expect(seat.health('group')).toBe(false);
    expect(problems.at(-1)).toEqual({ why: 'Health checks failed with these codes: [503]', final: false });
  });

  it('turns only after as many results in a row as the template says', async () => {
    const { seat, target, next } = await watched();
    seat.run();
    await until(() => seat.health('group') === true);
    target.status = 500;
    await next(10_000);
    target.status = 204;
    await next(10_000);
    target.status = 500;
    await next(10_000);
    expect(seat.health('group')).toBe(true);
    await next(10_000);
    expect(seat.health('group')).toBe(false);
    target.status = 200;
    await next(10_000);
    await next(10_000);
    expect(seat.health('group')).toBe(false);
    await next(10_000);
    expect(seat.health('group')).toBe(true);
  });

  it('is bad at once where security groups forbid the check', async () => {
    const { network, seat, target, problems, next } = await watched();
    network.denied.add('lb shop:8080');
    seat.run();
    await next(0);
    expect(seat.health('group')).toBe(false);
    expect(network.denials).toEqual(['lb shop:8080']);
    expect(problems).toEqual([{ why: 'security groups do not let the balancer in', final: true }]);
    expect(target.asked).toEqual([]);
  });

  it('may be asked for at a port of its own', async () => {
    const elsewhere = await watched({ port: 9090 });
    elsewhere.seat.run();
    await elsewhere.next(0);
    expect(elsewhere.seat.health('group')).toBeUndefined();
    elsewhere.seat.places.set(9090, elsewhere.seat.endpoint(8080));
    await elsewhere.next(100);
    expect(elsewhere.seat.health('group')).toBe(true);
  });

  it('is bad when no answer comes in time', async () => {
    const { seat, problems, next } = await watched({ timeoutSeconds: 0.02 });
    seat.places.set(8080, await serve(() => {}));
    seat.run();
    await next(0);
    expect(problems).toEqual([{ why: 'Request timed out', final: false }]);
  });
});
