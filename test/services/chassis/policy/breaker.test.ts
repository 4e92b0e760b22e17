import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Breaker,
  type BreakerSettings,
  breakerDefaults,
  createBreaker,
  noBreaker,
} from '../../../../services/chassis/policy/breaker.ts';
import { createRetryBudget, retryDefaults } from '../../../../services/chassis/policy/retry-budget.ts';
import type { Random } from '../../../../services/chassis/random.ts';
import { ManualClock } from '../manual-clock.ts';
import { seededRandom } from './seeded-random.ts';
import { type CallersProps, type Reply, SimulatedCallers } from './simulated-callers.ts';

const breakerWith =
  (changed: Partial<BreakerSettings>) =>
  (clock: ManualClock, random = seededRandom(1)): Breaker =>
    createBreaker({ service: 'catalog', clock, random, settings: { value: { ...breakerDefaults, ...changed } } });

const withDefaults = breakerWith({});

/** A call through the gate, at once; whether it was let through. */
function call(breaker: Breaker, clock: ManualClock, outcome: 'success' | 'failure' | 'neutral'): boolean {
  const ticket = breaker.enter(clock.elapsed());
  if (ticket !== undefined) breaker.leave(ticket, outcome);
  return ticket !== undefined;
}

/** Twenty failures in a row. */
function opened(clock = new ManualClock()): { readonly breaker: Breaker; readonly clock: ManualClock } {
  const breaker = withDefaults(clock);
  for (let count = 0; count < 20; count++) call(breaker, clock, 'failure');
  expect(breaker.state.kind).toBe('open');
  return { breaker, clock };
}

/** Whether it stays closed over calls at any distances, of which one fails. */
const bearsOneError = (make: (clock: ManualClock) => Breaker) =>
  fc.property(fc.array(fc.nat(3_000), { minLength: 1, maxLength: 100 }), fc.nat(), (gaps, which) => {
    const clock = new ManualClock();
    const breaker = make(clock);
    gaps.forEach((gap, index) => {
      clock.advance(gap);
      call(breaker, clock, index === which % gaps.length ? 'failure' : 'success');
    });
    return breaker.state.kind === 'closed';
  });

/** Whether it opens within 5 s once every second call fails, however long and busily all went well before. */
const opensInTime = (make: (clock: ManualClock) => Breaker) =>
  fc.property(fc.integer({ min: 10, max: 500 }), fc.nat(20_000), (rate, healthyMs) => {
    const clock = new ManualClock();
    const breaker = make(clock);
    let count = 0;
    while (clock.elapsed() < healthyMs + 5_000 && breaker.state.kind === 'closed') {
      const wrong = clock.elapsed() >= healthyMs && count++ % 2 === 0;
      call(breaker, clock, wrong ? 'failure' : 'success');
      clock.advance(1_000 / rate);
    }
    return breaker.state.kind === 'open';
  });

/** Whether all is as before 2 s after the end of an outage, be it that the dependency refuses or that it says nothing. */
const closesInTime = (breaker: ReturnType<typeof breakerWith>) =>
  fc.asyncProperty(
    fc.record({
      seed: fc.integer(),
      rate: fc.integer({ min: 20, max: 100 }),
      attemptTimeoutMs: fc.integer({ min: 200, max: 5_000 }),
      outageMs: fc.integer({ min: 6_000, max: 20_000 }),
      down: fc.constantFrom<Reply[]>({ kind: 'silence' }, { kind: 'failure', ms: 20 }),
      answerMs: fc.integer({ min: 1, max: 50 }),
    }),
    async ({ down, outageMs, answerMs, ...rest }) => {
      const reply = (now: number): Reply => (now < outageMs ? down : { kind: 'answer', ms: answerMs });
      const callers = new SimulatedCallers({ ...rest, callers: 1, reply, breaker });
      const [watched] = callers.breakers as [Breaker];
      let openings = 0;
      watched.onChange(({ kind }) => {
        if (kind === 'open') openings += 1;
      });
      await callers.until(outageMs);
      if (openings === 0) return false;
      await callers.until(outageMs + 2_000);
      if (watched.state.kind !== 'closed') return false;
      openings = 0;
      await callers.until(outageMs + 6_000);
      return openings === 0;
    },
  );

interface Outage {
  readonly seed: number;
  /** Calls a second, of each of the hundred callers. */
  readonly rate: number;
  readonly outageMs: number;
  readonly down: Reply;
}

/** The busiest tenth of a second of a dependency that is back, as a multiple of what a hundred callers offer it. */
async function spike({ rate, outageMs, down, ...rest }: Outage, other: Partial<CallersProps> = {}): Promise<number> {
  const back = 2_000 + outageMs;
  const reply = (now: number): Reply => (now > 2_000 && now < back ? down : { kind: 'answer', ms: 20 });
  const callers = new SimulatedCallers({ callers: 100, rate, attemptTimeoutMs: 1_000, reply, ...rest, ...other });
  await callers.until(back + 3_000);
  return callers.busiest(back, back + 3_000, 100) / (100 * rate * 0.1);
}

const outages = fc.record({
  seed: fc.integer(),
  rate: fc.constantFrom(5, 10, 20),
  outageMs: fc.integer({ min: 100, max: 8_000 }),
  down: fc.constantFrom<Reply[]>({ kind: 'silence' }, { kind: 'failure', ms: 20 }),
});

describe('breaker', () => {
  it('bears one error, however few the calls', () => {
    fc.assert(bearsOneError(withDefaults), { seed: 1 });
  });

  it('would not without a minimum volume', () => {
    expect(fc.check(bearsOneError(breakerWith({ minimumCalls: 1 })), { seed: 1 }).failed).toBe(true);
  });

  it('opens within 5 s when half of the calls fail', () => {
    fc.assert(opensInTime(withDefaults), { seed: 1 });
  });

  it('would not if it looked back a minute', () => {
    expect(fc.check(opensInTime(breakerWith({ windowMs: 60_000 })), { seed: 1 }).failed).toBe(true);
  });

  it('closes within 2 s once the dependency is back, and stays closed', async () => {
    await fc.assert(closesInTime(withDefaults), { seed: 1, numRuns: 25 });
  });

  it('would not if it stayed open a minute, or let only so many probes through at once', async () => {
    const minute = breakerWith({ openMs: 60_000, longestOpenMs: 60_000 });
    expect((await fc.check(closesInTime(minute), { seed: 1, numRuns: 5 })).failed).toBe(true);
    const stuck = breakerWith({ probeMs: 1e9 });
    expect((await fc.check(closesInTime(stuck), { seed: 1, numRuns: 25 })).failed).toBe(true);
  });

  it('gives a dependency that is back no spike above twice what a hundred callers offer', async () => {
    const bounded = fc.asyncProperty(outages, async (outage) => (await spike(outage)) <= 2);
    await fc.assert(bounded, { seed: 1, numRuns: 6 });
  });

  it('would give one if each call were just retried twice', async () => {
    const settings = { value: { ...retryDefaults, attempts: 3, perCall: 1, reserve: 1e6 } };
    const unprotected = {
      callTimeoutMs: 3_000,
      breaker: () => noBreaker,
      retry: (random: Random) => createRetryBudget({ random, settings }),
    };
    const outage = { seed: 1, rate: 10, outageMs: 5_000, down: { kind: 'silence' } } as const;
    expect(await spike(outage, unprotected)).toBeGreaterThan(2);
  });

  it('refuses while it is open and says when to come back', () => {
    const { breaker, clock } = opened();
    expect(call(breaker, clock, 'success')).toBe(false);
    const { failure, ...rest } = breaker.refusal();
    expect(rest).toMatchObject({ code: 'dependency-cut-off', status: 503 });
    expect(failure).toMatchObject({ kind: 'cut-off' });
    clock.advance((failure as { retryAfterMs: number }).retryAfterMs);
    expect(call(breaker, clock, 'success')).toBe(true);
  });

  it('lets a few probes through when half-open, and closes when they succeed', () => {
    const { breaker, clock } = opened();
    const states: string[] = [];
    breaker.onChange(({ kind }, before) => states.push(`${before.kind} → ${kind}`));
    clock.advance(250);
    const tickets = Array.from({ length: 10 }, () => breaker.enter(clock.elapsed()));
    expect(tickets.filter((ticket) => ticket !== undefined)).toHaveLength(breakerDefaults.probes);
    for (const ticket of tickets) if (ticket !== undefined) breaker.leave(ticket, 'success');
    expect(states).toEqual(['open → half-open', 'half-open → closed']);
  });

  it('opens again, for longer, when a probe fails', () => {
    const { breaker, clock } = opened();
    const openFor = (): number => (breaker.state.kind === 'open' ? breaker.state.until - clock.elapsed() : 0);
    const times = [openFor()];
    for (let turn = 0; turn < 4; turn++) {
      clock.advance(openFor());
      call(breaker, clock, 'failure');
      times.push(openFor());
    }
    times.forEach((time, turn) => {
      const longest = Math.min(breakerDefaults.longestOpenMs, breakerDefaults.openMs * 2 ** turn);
      expect(time).toBeGreaterThanOrEqual(longest * 0.75);
      expect(time).toBeLessThanOrEqual(longest);
    });
  });

  it('does not count calls that end after the state has changed', () => {
    const { breaker, clock } = opened();
    clock.advance(250);
    const stale = breaker.enter(clock.elapsed())!;
    for (let probe = 0; probe < breakerDefaults.probes; probe++) {
      clock.advance(breakerDefaults.probeMs);
      call(breaker, clock, 'success');
    }
    expect(breaker.state.kind).toBe('closed');
    for (let count = 0; count < 50; count++) breaker.leave(stale, 'failure');
    expect(breaker.state.kind).toBe('closed');
  });

  it('counts nowhere what says nothing about the dependency', () => {
    const clock = new ManualClock();
    const breaker = withDefaults(clock);
    for (let count = 0; count < 1_000; count++) call(breaker, clock, 'neutral');
    for (let count = 0; count < 19; count++) call(breaker, clock, 'failure');
    expect(breaker.state.kind).toBe('closed');
    call(breaker, clock, 'failure');
    expect(breaker.state.kind).toBe('open');
    clock.advance(250);
    for (let count = 0; count < 100; count++) expect(call(breaker, clock, 'neutral')).toBe(true);
    expect(breaker.state.kind).toBe('half-open');
  });

  it('follows settings that change while running', () => {
    const clock = new ManualClock();
    const settings = { value: { ...breakerDefaults, minimumCalls: 1_000 } };
    const breaker = createBreaker({ service: 'catalog', clock, random: seededRandom(1), settings });
    for (let count = 0; count < 100; count++) call(breaker, clock, 'failure');
    expect(breaker.state.kind).toBe('closed');
    settings.value = breakerDefaults;
    call(breaker, clock, 'failure');
    expect(breaker.state.kind).toBe('open');
  });
});
