import { type Static, Type } from 'typebox';
import { CallError } from '../call-error.ts';
import type { Live } from '../config/live.ts';
import type { Random } from '../random.ts';
import type { Clock } from '../time/clock.ts';
import type { Outcome } from './outcome.ts';
import { RollingWindow } from './rolling-window.ts';

/** Settings of a breaker. */
export const BreakerSettings = Type.Object(
  {
    /** How far back calls count. */
    windowMs: Type.Number({ minimum: 100 }),
    /** With fewer calls in this time it stays closed. */
    minimumCalls: Type.Integer({ minimum: 2 }),
    /** Share of them that must fail for it to open. */
    failureRate: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    /** Time until the first probe; doubles each time a probe fails. */
    openMs: Type.Number({ minimum: 10 }),
    /** Upper limit of that time: with the probes, the longest that a recovered dependency still waits. */
    longestOpenMs: Type.Number({ minimum: 10 }),
    /** Probes at once, and how many must succeed. */
    probes: Type.Integer({ minimum: 1 }),
    /** A probe that takes longer than this does not hold up the next one. */
    probeMs: Type.Number({ minimum: 1 }),
  },
  { additionalProperties: false },
);

export type BreakerSettings = Static<typeof BreakerSettings>;

/** If half of the calls fail it opens within 5 s; a recovered dependency is called again within 2 s. */
export const breakerDefaults: BreakerSettings = {
  windowMs: 4_000,
  minimumCalls: 20,
  failureRate: 0.4,
  openMs: 250,
  longestOpenMs: 1_000,
  probes: 3,
  probeMs: 100,
};

/** Whether calls are let through. Moments are the clock's elapsed milliseconds. */
export type BreakerState =
  | { readonly kind: 'closed' }
  | { readonly kind: 'open'; readonly until: number }
  | { readonly kind: 'half-open'; readonly probing: number; readonly succeeded: number };

/** The state a call was let through in: a call that ends after a change says nothing about the new state. */
export type BreakerTicket = number;

/** Keeps calls away from a failing dependency. */
export interface Breaker {
  /** Its current state. */
  readonly state: BreakerState;
  /**
   * Lets a call through, or not. A caller that got a ticket must leave with it. `now` is the clock's elapsed
   * milliseconds.
   */
  enter(now: number): BreakerTicket | undefined;
  /** Records how the call ended. Returns whether it may be retried: only if the breaker was closed all the while. */
  leave(ticket: BreakerTicket, outcome: Outcome): boolean;
  /** The error of a call that is not let through. */
  refusal(): CallError;
  /** Calls back when the state has changed; the returned function unsubscribes. */
  onChange(listener: BreakerListener): () => void;
}

/** Gets the new state of a breaker and the one before. */
export type BreakerListener = (state: BreakerState, before: BreakerState) => void;

export interface BreakerProps {
  /** The dependency, for errors. */
  readonly service: string;
  readonly clock: Clock;
  readonly random: Random;
  /** @default - {@link breakerDefaults} */
  readonly settings?: Live<BreakerSettings>;
}

const CLOSED: { readonly kind: 'closed' } = { kind: 'closed' };

/** A breaker for one dependency. */
export const createBreaker = (props: BreakerProps): Breaker => new CircuitBreaker(props);

interface HalfOpen {
  readonly kind: 'half-open';
  probing: number;
  succeeded: number;
  lastProbeAt: number;
}

type State = Exclude<BreakerState, { kind: 'half-open' }> | HalfOpen;

class CircuitBreaker implements Breaker {
  readonly #service: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #settings: Live<BreakerSettings>;
  readonly #window = new RollingWindow();
  readonly #listeners = new Set<BreakerListener>();
  #state: State = CLOSED;
  #ticket: BreakerTicket = 0;
  /** How often it has opened without staying closed for long in between. */
  #openings = 0;
  #closedAt = 0;

  constructor({ service, clock, random, settings = { value: breakerDefaults } }: BreakerProps) {
    this.#service = service;
    this.#clock = clock;
    this.#random = random;
    this.#settings = settings;
  }

  get state(): BreakerState {
    return this.#state;
  }

  enter(now: number): BreakerTicket | undefined {
    if (this.#state.kind === 'closed') {
      this.#window.advance(now, this.#settings.value.windowMs);
      return this.#ticket;
    }
    if (this.#state.kind === 'open') {
      if (now < this.#state.until) return undefined;
      this.#become({ kind: 'half-open', probing: 0, succeeded: 0, lastProbeAt: now });
    }
    return this.#probe(now);
  }

  leave(ticket: BreakerTicket, outcome: Outcome): boolean {
    if (ticket !== this.#ticket) return false;
    if (this.#state.kind === 'half-open') this.#probed(this.#state, outcome);
    // The window was advanced when the last call entered: recent enough, and saves reading the clock.
    else if (outcome === 'success') this.#window.success();
    else if (outcome === 'failure') this.#failed();
    return this.#state.kind === 'closed';
  }

  refusal(): CallError {
    const { probeMs } = this.#settings.value;
    const wait = this.#state.kind === 'open' ? this.#state.until - this.#clock.elapsed() : probeMs;
    return cutOff(this.#service, Math.max(1, Math.ceil(wait)));
  }

  onChange(listener: BreakerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #failed(): void {
    const { windowMs, minimumCalls, failureRate } = this.#settings.value;
    this.#window.advance(this.#clock.elapsed(), windowMs);
    this.#window.failure();
    if (this.#window.calls >= minimumCalls && this.#window.failureRate >= failureRate) this.#open();
  }

  #probe(now: number): BreakerTicket | undefined {
    const state = this.#state as HalfOpen;
    const { probes, probeMs } = this.#settings.value;
    if (state.probing >= probes && now - state.lastProbeAt < probeMs) return undefined;
    state.probing += 1;
    state.lastProbeAt = now;
    return this.#ticket;
  }

  #probed(state: HalfOpen, outcome: Outcome): void {
    state.probing -= 1;
    if (outcome === 'failure') this.#open();
    if (outcome !== 'success') return;
    state.succeeded += 1;
    if (state.succeeded < this.#settings.value.probes) return;
    this.#window.clear();
    this.#closedAt = this.#clock.elapsed();
    this.#become(CLOSED);
  }

  #open(): void {
    const { openMs, longestOpenMs, windowMs } = this.#settings.value;
    const now = this.#clock.elapsed();
    if (this.#state.kind === 'closed' && now - this.#closedAt > windowMs) this.#openings = 0;
    const longest = Math.min(longestOpenMs, openMs * 2 ** this.#openings);
    this.#openings += 1;
    // Random, so that not all callers come back to a dependency at once.
    this.#become({ kind: 'open', until: now + longest * (0.75 + 0.25 * this.#random()) });
  }

  #become(state: State): void {
    const before = this.#state;
    this.#state = state;
    this.#ticket += 1;
    for (const listener of this.#listeners) listener(state, before);
  }
}

const cutOff = (service: string, retryAfterMs: number): CallError =>
  new CallError(service, { kind: 'cut-off', retryAfterMs }, 'was not called: it failed too often recently');

/** Lets everything through. */
export const noBreaker: Breaker = {
  state: CLOSED,
  enter: () => 0,
  leave: () => true,
  refusal: () => cutOff('nobody', 1),
  onChange: () => () => {},
};
