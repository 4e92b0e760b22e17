import type { Deadline } from '../time/deadline.ts';
import type { Instance } from './instance.ts';

/** Knows the instances of one service. */
export interface Discovery {
  /**
   * The known instances, while the registry is away the last known ones; the same array as long as nothing has changed.
   * Waits, at most until the deadline, only if none has ever been known. Its error says why the service cannot be
   * reached.
   */
  instances(deadline: Deadline): readonly Instance[] | Promise<readonly Instance[]>;
  /** Reports that an instance has failed, so the known instances may be out of date. */
  doubt(): void;
  /** Stops asking; called when the client is closed. */
  close(): void;
}
