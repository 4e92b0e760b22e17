import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Bulkhead, createBulkhead, noBulkhead } from '../../../../services/chassis/policy/bulkhead.ts';
import { Deadline } from '../../../../services/chassis/time/deadline.ts';
import { ManualClock } from '../manual-clock.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Step =
  | { readonly kind: 'call'; readonly timeoutMs: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'pass'; readonly ms: number };

const call: fc.Arbitrary<Step> = fc.integer({ min: 1, max: 100 }).map((timeoutMs) => ({ kind: 'call', timeoutMs }));
const pass: fc.Arbitrary<Step> = fc.integer({ min: 1, max: 60 }).map((ms) => ({ kind: 'pass', ms }));
const other: fc.Arbitrary<Step> = fc.constantFrom({ kind: 'end' }, { kind: 'end' }, { kind: 'cancel' });
const steps = fc.array(fc.oneof(call, call, pass, other, other), { maxLength: 80 });

interface Course {
  readonly mostInFlight: number;
  readonly mostWaiting: number;
  readonly leftover: number;
  /** Numbers of the calls let in, in that order. */
  readonly order: readonly number[];
}

/** Plays these steps, lets all calls end, and tells what was seen from outside. */
async function play(bulkhead: Bulkhead, course: readonly Step[]): Promise<Course> {
  const clock = new ManualClock();
  const running: number[] = [];
  const waiting = new Map<number, Deadline>();
  const order: number[] = [];
  let number = 0;
  let seen = { mostInFlight: 0, mostWaiting: 0 };

  const arrive = (timeoutMs: number): void => {
    const mine = number++;
    const deadline = new Deadline(timeoutMs, clock);
    const letIn = (): void => {
      waiting.delete(mine);
      running.push(mine);
      order.push(mine);
    };
    if (bulkhead.enter()) {
      letIn();
      return;
    }
    waiting.set(mine, deadline);
    bulkhead.wait(deadline).then(letIn, () => waiting.delete(mine));
  };

  for (const step of course) {
    if (step.kind === 'call') arrive(step.timeoutMs);
    else if (step.kind === 'end' && running.shift() !== undefined) bulkhead.leave();
    else if (step.kind === 'cancel') [...waiting.values()][0]?.cancel();
    else if (step.kind === 'pass') clock.advance(step.ms);
    await settled();
    seen = {
      ...seen,
      mostInFlight: Math.max(seen.mostInFlight, running.length),
      mostWaiting: Math.max(seen.mostWaiting, waiting.size),
    };
  }
  while (running.shift() !== undefined) {
    bulkhead.leave();
    await settled();
  }
  return { ...seen, order, leftover: bulkhead.inFlight + bulkhead.waiting + clock.pending };
}

const bounded = (make: (limit: number, queue: number) => Bulkhead) =>
  fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(5), steps, async (limit, queue, course) => {
    const { mostInFlight, mostWaiting, leftover, order } = await play(make(limit, queue), course);
    const inOrder = order.every((number, index) => index === 0 || order[index - 1]! < number);
    return mostInFlight <= limit && mostWaiting <= queue && leftover === 0 && inOrder;
  });

describe('bulkhead', () => {
  it('never exceeds its limits, lets in who came first, and loses no place', async () => {
    await fc.assert(
      bounded((limit, queue) => createBulkhead({ service: 'catalog', settings: { value: { limit, queue } } })),
      { seed: 1 },
    );
  });

  it('would exceed them without', async () => {
    const unbounded = bounded(() => noBulkhead);
    expect((await fc.check(unbounded, { seed: 1 })).failed).toBe(true);
  });

  it('lets nobody wait longer than the deadline, nor for a caller that left', async () => {
    const clock = new ManualClock();
    const bulkhead = createBulkhead({ service: 'catalog', settings: { value: { limit: 1, queue: 2 } } });
    expect(bulkhead.enter()).toBe(true);
    const late = bulkhead.wait(new Deadline(100, clock));
    const caller = new Deadline(500, clock);
    const left = bulkhead.wait(caller);
    await expect(bulkhead.wait(new Deadline(500, clock))).rejects.toMatchObject({
      code: 'dependency-crowded',
      status: 503,
      message: 'catalog was not called: 1 calls to it are under way',
    });
    clock.advance(100);
    await expect(late).rejects.toMatchObject({ code: 'dependency-crowded' });
    caller.cancel();
    await expect(left).rejects.toMatchObject({ code: 'caller-left' });
    expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([1, 0]);
  });

  it('follows a limit that changes while running', async () => {
    const settings = { value: { limit: 1, queue: 5 } };
    const bulkhead = createBulkhead({ service: 'catalog', settings });
    const clock = new ManualClock();
    bulkhead.enter();
    const first = bulkhead.wait(new Deadline(100, clock));
    settings.value = { limit: 3, queue: 5 };
    await Promise.all([first, bulkhead.wait(new Deadline(100, clock))]);
    expect([bulkhead.inFlight, bulkhead.enter()]).toEqual([3, false]);
  });

  it('follows a limit that is raised while as many wait as may', async () => {
    const settings = { value: { limit: 1, queue: 1 } };
    const bulkhead = createBulkhead({ service: 'catalog', settings });
    bulkhead.enter();
    const first = bulkhead.wait(new Deadline(100, new ManualClock()));
    settings.value = { limit: 3, queue: 1 };
    expect(bulkhead.enter()).toBe(true);
    await first;
    expect([bulkhead.inFlight, bulkhead.waiting]).toEqual([3, 0]);
  });

  it('forgets nobody who waits, also where somebody settles his deadline', async () => {
    const clock = new ManualClock();
    const bulkhead = createBulkhead({ service: 'catalog', settings: { value: { limit: 1, queue: 2 } } });
    bulkhead.enter();
    const [first, second] = [new Deadline(100, clock), new Deadline(100, clock)];
    const letIn = bulkhead.wait(first);
    const crowded = expect(bulkhead.wait(second)).rejects.toMatchObject({ code: 'dependency-crowded' });
    first.settle();
    second.settle();
    bulkhead.leave();
    await letIn;
    clock.advance(100);
    await crowded;
    expect([bulkhead.inFlight, bulkhead.waiting, clock.pending]).toEqual([1, 0, 0]);
  });
});
