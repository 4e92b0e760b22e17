import type { Instance } from '../discovery/instance.ts';

/** An instance that an attempt may go to, and what this client has seen of it: all that a rule goes by. */
export interface Candidate {
  /** Its id, its address and its zone. */
  readonly instance: Instance;
  /** Attempts that are under way. */
  readonly inFlight: number;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  /** Until when it is left out; kept by the rule that leaves it out. */
  ejectedUntil: number;
  /** How long it was left out last; kept by the same rule. */
  ejectedForMs: number;
  /**
   * How long it takes to answer, in milliseconds: a moving average in which a moment's burst weighs little, whatever the
   * rate. It fades while nothing confirms it, so one that was slow is tried again.
   */
  responseTime(now: number): number;
}
