import { getHeapStatistics } from 'node:v8';
import { createAttemptTimeout } from '../services/chassis/policy/attempt-timeout.ts';
import { createBreaker } from '../services/chassis/policy/breaker.ts';
import { createBulkhead } from '../services/chassis/policy/bulkhead.ts';
import { createGuard, type GuardedCall } from '../services/chassis/policy/guard.ts';
import { createRetryBudget } from '../services/chassis/policy/retry-budget.ts';
import { machineRandom } from '../services/chassis/random.ts';
import { systemClock } from '../services/chassis/time/clock.ts';
import { Deadline } from '../services/chassis/time/deadline.ts';
import { median } from './statistics.ts';
import { printTable, type Row } from './table.ts';

const CALLS = 200_000;
const ROUNDS = 15;

const service = 'catalog';
const clock = systemClock();
const guard = createGuard({
  service,
  bulkhead: createBulkhead({ service }),
  breaker: createBreaker({ service, clock, random: machineRandom }),
  retry: createRetryBudget({ random: machineRandom }),
  timeout: createAttemptTimeout({ value: {} }, 1_000),
  classify: () => ({ outcome: 'failure', retry: true }),
  clock,
});

const answered = Promise.resolve(1);
const onOver = (): void => {};
const request = new Deadline(3_600_000, clock);

class Call implements GuardedCall<number> {
  readonly deadline = request;
  readonly idempotent = true;

  answer(): Promise<number> {
    return answered;
  }

  attempt(deadline: Deadline): Promise<number> {
    deadline.whenOver(onOver);
    return this.answer();
  }
}

/** A call without any policy. */
async function bare(call: Call): Promise<number> {
  return await call.answer();
}

/** A call with a deadline and no other policy. */
async function timed(call: Call): Promise<number> {
  const deadline = call.deadline.within(1_000);
  try {
    return await call.attempt(deadline);
  } finally {
    deadline.settle();
  }
}

interface Cost {
  readonly nanoseconds: number;
  readonly bytes: number;
}

async function cost(execute: (call: Call) => Promise<number>): Promise<Cost> {
  const allocated = getHeapStatistics().total_allocated_bytes;
  const cpu = process.cpuUsage();
  for (let made = 0; made < CALLS; made++) await execute(new Call());
  const { user, system } = process.cpuUsage(cpu);
  return {
    nanoseconds: ((user + system) * 1_000) / CALLS,
    bytes: (getHeapStatistics().total_allocated_bytes - allocated) / CALLS,
  };
}

const guarded = (call: Call): Promise<number> => guard.execute(call);
type Round = { readonly bare: Cost; readonly timed: Cost; readonly guarded: Cost };

/**
 * What all policies cost a call that succeeds: the same attempt under the same deadline, bare and guarded, in turns.
 */
export async function policies(): Promise<readonly Row[]> {
  const costs: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    costs.push({ bare: await cost(bare), timed: await cost(timed), guarded: await cost(guarded) });
  }
  // The first rounds warm up.
  const middle = (of: (round: Round) => number): number => median(costs.slice(3).map(of));
  const nanoseconds = { unit: 'ns', digits: 0 };
  const bytes = { unit: 'bytes', digits: 0 };
  return [
    {
      what: 'all policies on the happy path',
      value: middle((round) => round.guarded.nanoseconds - round.bare.nanoseconds),
      ...nanoseconds,
      atMost: 300,
    },
    {
      what: '  of that, all but the deadline',
      value: middle((round) => round.guarded.nanoseconds - round.timed.nanoseconds),
      ...nanoseconds,
    },
    {
      what: '  allocated per call, beyond what its deadline is',
      value: middle((round) => round.guarded.bytes - round.timed.bytes),
      ...bytes,
    },
    { what: '  an attempt alone', value: middle((round) => round.bare.nanoseconds), ...nanoseconds },
  ];
}

if (import.meta.main) printTable(await policies());
