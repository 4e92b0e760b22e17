import { request } from 'node:http';
import type { TargetHealthCheck } from '../../../system/resources/target-group.ts';
import type { Clock } from '../../clock.ts';
import type { Member } from '../../network/member.ts';
import type { Network, Seat } from '../../network/network.ts';
import type { Way } from '../http/forwarder.ts';

/** A new task is checked this often until it first answers, so that nobody waits for a whole interval. */
const STARTING_MS = 100;

/** Why a check of a task failed; `final` if waiting changes nothing. */
export interface TargetProblem {
  /** In AWS's words. */
  readonly why: string;
  readonly final: boolean;
}

export interface TargetHealthOptions {
  readonly network: Network;
  /** The one that checks: security groups must let it reach the target. */
  readonly balancer: Member;
  /** ARN; the task's health is reported under it. */
  readonly targetGroup: string;
  readonly check: TargetHealthCheck;
  readonly clock: Clock;
  /** Called with the reason of each failed check. */
  readonly failed?: (problem: TargetProblem) => void;
}

/**
 * Checks a task as its target group says, from when it runs until it drains, and reports each change of its health.
 * As in AWS one good answer makes a new target healthy, and a silent one is unhealthy only after the threshold; a
 * target that security groups forbid is unhealthy at once. Returns a function that stops the checks.
 */
export const watchTarget = (seat: Seat, port: number, options: TargetHealthOptions): (() => void) => {
  const { network, balancer, targetGroup, check, clock } = options;
  const accepts = statusMatcher(check.codes);
  const checkedPort = check.port === 'traffic-port' ? port : check.port;
  let callOff: (() => void) | undefined;
  let stopped = false;
  let startedAt: number | undefined;
  let streak = 0;

  const look = async (): Promise<void> => {
    const dial = network.dial(balancer, seat, checkedPort);
    const why = dial.allowed ? await probe(dial, check, accepts) : 'security groups do not let the balancer in';
    if (stopped) return;
    if (why !== undefined) options.failed?.({ why, final: !dial.allowed });
    const waitMs = note(why === undefined, dial.allowed);
    callOff = clock.after(waitMs, look);
  };

  /** Counts one result; returns the milliseconds until the next check. */
  const note = (good: boolean, reached: boolean): number => {
    const intervalMs = check.intervalSeconds * 1000;
    const verdict = seat.health(targetGroup);
    if (verdict === undefined) {
      const waited = clock.now() - startedAt!;
      if (good) seat.report(targetGroup, true);
      else if (!reached || waited >= check.unhealthyThreshold * intervalMs) seat.report(targetGroup, false);
      else return STARTING_MS;
      return intervalMs;
    }
    streak = good === verdict ? 0 : streak + 1;
    if (streak >= (good ? check.healthyThreshold : check.unhealthyThreshold)) {
      streak = 0;
      seat.report(targetGroup, good);
    }
    return intervalMs;
  };

  const follow = (): void => {
    if (seat.draining) stop();
    else if (seat.running && startedAt === undefined) {
      startedAt = clock.now();
      void look();
    }
  };
  const stop = (): void => {
    stopped = true;
    callOff?.();
    unwatch();
  };
  const unwatch = seat.watch(follow);
  follow();
  return stop;
};

type Accepts = (status: number) => boolean;

/** What is wrong with the target, if anything. */
const probe = ({ host, port, localAddress }: Way, check: TargetHealthCheck, accepts: Accepts) =>
  new Promise<string | undefined>((resolve) => {
    const timeout = check.timeoutSeconds * 1000;
    const where = { host, port, timeout, ...(localAddress === undefined ? {} : { localAddress }) };
    const headers = { host: `${host}:${port}`, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' };
    const asked = request({ ...where, path: check.path, headers, agent: false }, (answer) => {
      answer.resume();
      const status = answer.statusCode ?? 0;
      resolve(accepts(status) ? undefined : `Health checks failed with these codes: [${status}]`);
    });
    asked.once('timeout', () => asked.destroy(new Error('Request timed out')));
    asked.once('error', ({ message }) => resolve(message));
    asked.end();
  });

/** `200`, `200,204`, `200-399` */
const statusMatcher = (codes: string): Accepts => {
  const ranges = codes.split(',').map((part) => part.trim().split('-').map(Number));
  return (status) => ranges.some(([low, high = low]) => status >= low! && status <= high!);
};
