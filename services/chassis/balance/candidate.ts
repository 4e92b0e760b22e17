import type { Instance } from '../discovery/instance.ts';

/** An instance that an attempt may go to, and what this client has seen of it: all a rule can use. */
export interface Candidate {
  /** Its id, its address and its zone. */
  readonly instance: Instance;
  /** Attempts that are under way. */
  readonly inFlight: number;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  /** Until when it is left out; set by the rule that leaves it out. */
  ejectedUntil: number;
  /** How long it was last left out; set by the same rule. */
  ejectedForMs: number;
  /**
   * Response time in milliseconds: a moving average in which a short burst weighs little, whatever the rate. It fades
   * without new answers, so an instance that was slow is tried again.
   */
  responseTime(now: number): number;
}
