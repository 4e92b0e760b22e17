import type { Dispatcher } from 'undici';
import type { Outcome } from '../policy/outcome.ts';
import type { Deadline } from '../time/deadline.ts';

/**
 * Where the attempts of a client go: `fixedDestination` is one address behind which somebody else balances; a client
 * with a discovery makes one that chooses among the instances.
 */
export interface Destination {
  /**
   * Who tries a failed connect again. Where it is the `proxy`, the chassis must not: retries would multiply. A failed
   * connect is an attempt whose `onRequestStart` never came; no byte of it was sent, so any method bears another.
   */
  readonly connectRetriedBy: 'proxy' | 'chassis';
  /**
   * Somewhere to send one attempt, and if it can be not where the last one went. Waits, no longer than the deadline,
   * only where no instance was ever known. Where there is none it fails with a `CallError` of kind `unavailable`; any
   * other error is taken for a mistake in its code, and held against nobody.
   */
  lease(deadline: Deadline, avoid?: Lease): Lease | Promise<Lease>;
  /** Closes every connection once its request is done. */
  close(): Promise<void>;
}

/** Leave to send one attempt. The same object serves all attempts to one instance, so nothing is allocated. */
export interface Lease {
  /** Sends the attempt: a pool of undici, or another dispatcher of it. */
  readonly dispatcher: Dispatcher;
  /** The address it goes to: `http://10.0.1.4:8080`. */
  readonly origin: string;
  /** What to put before the path of the request; mostly empty. */
  readonly pathPrefix: string;
  /** Gives the lease back: exactly once for every time it was given, however the attempt ended. */
  done(outcome: Outcome, milliseconds: number): void;
}
