import type { Dispatcher } from 'undici';
import type { Outcome } from '../policy/outcome.ts';
import type { Deadline } from '../time/deadline.ts';

/**
 * Where a client's attempts go. There are two: `fixedDestination` is one address, balanced behind it; a client with a
 * discovery makes one that chooses among the instances.
 */
export interface Destination {
  /**
   * Who retries a failed connect. If the `proxy` does, the chassis must not: retries would multiply. A connect has
   * failed if `onRequestStart` was never called; no byte was sent, so any method may be retried.
   */
  readonly connectRetriedBy: 'proxy' | 'chassis';
  /**
   * A lease for one attempt, if possible not to where `avoid` went. Waits, at most until the deadline, only if no
   * instance has ever been known. Without an instance it fails with a `CallError` of kind `unavailable`; any other
   * error counts as a bug in the destination, not against the dependency.
   */
  lease(deadline: Deadline, avoid?: Lease): Lease | Promise<Lease>;
  /** Closes every connection once its request is done. */
  close(): Promise<void>;
}

/** Permission to send one attempt. All attempts to one instance share one object, so nothing is allocated. */
export interface Lease {
  /** Sends the attempt: an undici pool, or another undici dispatcher. */
  readonly dispatcher: Dispatcher;
  /** The address it goes to: `http://10.0.1.4:8080`. */
  readonly origin: string;
  /** Prepended to the path of the request; usually empty. */
  readonly pathPrefix: string;
  /** Gives the lease back: exactly once for each time it was given out, however the attempt ended. */
  done(outcome: Outcome, milliseconds: number): void;
}
