import type { Outcome } from '../policy/outcome.ts';
import type { Random } from '../random.ts';
import type { Clock } from '../time/clock.ts';
import type { Candidate } from './candidate.ts';

/** Randomness and time for a rule. Every `Runtime` is one. */
export interface Chance {
  /** The source of randomness. */
  readonly random: Random;
  /** The clock; a candidate's `ejectedUntil` and `responseTime` use its elapsed milliseconds. */
  readonly clock: Clock;
}

/** A rule that chooses the instance for an attempt. A rule may wrap another and narrow the candidates it sees. */
export interface Balancer {
  /**
   * Picks one of the candidates; there is at least one. The array is never mutated, so a rule may cache what it
   * computed for an array.
   */
  pick(candidates: readonly Candidate[], chance: Chance): Candidate;
  /**
   * Called when an attempt has ended and the candidate's figures are up to date. A rule that wraps another must pass it
   * on. @default - the rule only reads the figures
   */
  ended?(candidate: Candidate, outcome: Outcome, chance: Chance): void;
}
