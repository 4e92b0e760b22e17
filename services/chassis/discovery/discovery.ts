import type { Deadline } from '../time/deadline.ts';
import type { Instance } from './instance.ts';

/** Knows the instances of one service. */
export interface Discovery {
  /**
   * Those known now, the last known ones while the registry is away: the same array as long as nothing has changed.
   * Waits, no longer than the deadline, only where none was ever known. What it fails with is why the service cannot be
   * reached.
   */
  instances(deadline: Deadline): readonly Instance[] | Promise<readonly Instance[]>;
  /** An instance has failed: what is known may be out of date. */
  doubt(): void;
  /** Stops asking; a client closes its discovery with itself. */
  close(): void;
}
