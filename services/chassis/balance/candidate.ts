import type { Instance } from '../discovery/instance.ts';
import type { Outcome } from '../policy/outcome.ts';

/** Milliseconds after which a response time that nothing confirms counts half. */
const HALF_LIFE = 5_000;

/** An instance that an attempt may go to, and what this client has seen of it. */
export class Candidate {
  /** Its id, its address and its zone. */
  readonly instance: Instance;
  /** Attempts that are under way. */
  inFlight = 0;
  /** Failures since the last success. */
  consecutiveFailures = 0;
  /** Until when it is left out; kept by the rule that leaves it out. */
  ejectedUntil = 0;
  /** How long it was left out last; kept by the same rule. */
  ejectedForMs = 0;
  #responseTime: number;
  #at: number;

  /** A new one is taken to answer as fast as the others do: no faster, or it would be overrun. */
  constructor(instance: Instance, now: number, responseTime = 0) {
    this.instance = instance;
    this.#responseTime = responseTime;
    this.#at = now;
  }

  /**
   * How long it takes to answer, in milliseconds: a moving average in which a moment's burst weighs little, whatever the
   * rate. It fades while nothing confirms it, so one that was slow is tried again.
   */
  responseTime(now: number): number {
    return this.#responseTime * this.#fade(now);
  }

  /** An attempt to it begins; the client says so, not a rule. */
  begin(): void {
    this.inFlight++;
  }

  /** That attempt is over; the client says so as well. */
  end(outcome: Outcome, milliseconds: number, now: number): void {
    this.inFlight--;
    if (outcome === 'success') this.consecutiveFailures = 0;
    if (outcome === 'failure') this.consecutiveFailures++;
    // A quick failure is not a quick answer, nor is a caller that left: they can only make it look slower.
    if (outcome === 'success' || milliseconds > this.responseTime(now)) this.#learn(milliseconds, now);
  }

  #learn(milliseconds: number, now: number): void {
    const old = this.#responseTime === 0 ? 0 : this.#fade(now);
    this.#responseTime = this.#responseTime * old + milliseconds * (1 - old);
    this.#at = now;
  }

  #fade(now: number): number {
    return HALF_LIFE / (HALF_LIFE + now - this.#at);
  }
}
