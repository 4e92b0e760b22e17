import type { Outcome } from '../policy/outcome.ts';
import type { Random } from '../random.ts';
import type { Clock } from '../time/clock.ts';
import type { Candidate } from './candidate.ts';

/** What a rule may consult: chance and time. Every runtime is one. */
export interface Chance {
  /** What a rule draws by. */
  readonly random: Random;
  /** Time: `ejectedUntil` and `responseTime` of a candidate go by its elapsed milliseconds. */
  readonly clock: Clock;
}

/** A rule that chooses the instance for an attempt. A rule may wrap another: it then narrows what that one sees. */
export interface Balancer {
  /**
   * One of the candidates, of which there is at least one. Nobody changes an array once it was handed over: as long as
   * the same one comes, so do the same candidates, and a rule may keep what it found out about it.
   */
  pick(candidates: readonly Candidate[], chance: Chance): Candidate;
  /**
   * Told how an attempt ended, after the candidate's own figures are up to date. A rule that wraps passes it on.
   * @default - the figures are enough
   */
  ended?(candidate: Candidate, outcome: Outcome, chance: Chance): void;
}
