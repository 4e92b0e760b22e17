import { describe, expect, it } from '@jest/globals';
import type { Duration } from 'aws-cdk-lib';
import { Timeouts } from '../../../lib/constructs/timeouts.ts';

const { deadline, idle, leave, arrive, health } = Timeouts;
const millis = (...durations: Duration[]): number[] => durations.map((duration) => duration.toMilliseconds());
const sum = (...durations: Duration[]): number => millis(...durations).reduce((a, b) => a + b);
const shrinks = (values: number[]): boolean => values.every((value, i) => i === 0 || value < values[i - 1]!);
const inward = [deadline.edge, deadline.proxy, deadline.request, deadline.callCeiling, deadline.call, deadline.sdk];

describe('Timeouts', () => {
  it('lets deadlines shrink inward', () => {
    expect(shrinks(millis(...inward))).toBe(true);
    expect(shrinks(millis(...inward.toReversed()))).toBe(false);
  });

  it('stays below the 30 s of an HTTP API', () => {
    expect(deadline.edge.toSeconds()).toBeLessThan(30);
  });

  it('lets idle timeouts grow inward', () => {
    expect(shrinks(millis(idle.server, idle.proxy, idle.balancer))).toBe(true);
  });

  it('takes no slow answer for an idle connection', () => {
    expect(sum(idle.balancer)).toBeGreaterThan(sum(deadline.edge));
    expect(sum(idle.proxy)).toBeGreaterThan(sum(deadline.proxy));
  });

  it('gives a leaving task time for what the balancer sent last, within what Fargate allows', () => {
    expect(sum(leave.deregistration)).toBeGreaterThanOrEqual(sum(deadline.edge));
    expect(sum(leave.drain)).toBeGreaterThan(sum(leave.deregistration, deadline.request));
    expect(sum(leave.stop)).toBeGreaterThan(sum(leave.drain));
    expect(leave.stop.toSeconds()).toBeLessThanOrEqual(120);
  });

  it('leaves an arriving task time for the three checks after its start period', () => {
    expect(sum(arrive.settle)).toBeGreaterThanOrEqual(3 * sum(health.interval));
    expect(sum(health.timeout)).toBeLessThan(sum(health.interval));
  });

  it('is whole seconds, the only unit most of AWS takes', () => {
    const all = Object.values(Timeouts).flatMap((group) => Object.values(group));
    for (const duration of all) expect(Number.isInteger(duration.toSeconds())).toBe(true);
  });
});
