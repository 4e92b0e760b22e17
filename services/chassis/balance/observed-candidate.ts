import type { Instance } from '../discovery/instance.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { Candidate } from './candidate.ts';

/** Milliseconds after which a response time without new answers counts half. */
const HALF_LIFE = 5_000;

/** A candidate that learns from each attempt. */
export class ObservedCandidate implements Candidate {
  readonly instance: Instance;
  inFlight = 0;
  consecutiveFailures = 0;
  ejectedUntil = 0;
  ejectedForMs = 0;
  #responseTime: number;
  #at: number;

  /** A new instance is assumed to be as fast as the others: assumed faster, it would be overrun. */
  constructor(instance: Instance, now: number, responseTime = 0) {
    this.instance = instance;
    this.#responseTime = responseTime;
    this.#at = now;
  }

  responseTime(now: number): number {
    return this.#responseTime * this.#fade(now);
  }

  /** Records that an attempt begins. */
  begin(): void {
    this.inFlight++;
  }

  /** Records how an attempt ended. */
  end(outcome: Outcome, milliseconds: number, now: number): void {
    this.inFlight--;
    if (outcome === 'success') this.consecutiveFailures = 0;
    if (outcome === 'failure') this.consecutiveFailures++;
    // Neither a quick failure nor a caller that left is a quick answer: they can only raise the average.
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
