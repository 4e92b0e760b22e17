import { CallError } from '../call-error.ts';
import type { Failure } from '../policy/guard.ts';
import type { Outcome } from '../policy/outcome.ts';

/**
 * Decides what the error of an attempt says about the service, and whether another attempt makes sense. A service that
 * rejects a request is healthy, and so is one whose answer does not match the route: their versions differ.
 */
export function classify(error: unknown, connectRetriedBy: 'proxy' | 'chassis'): Failure {
  if (!(error instanceof CallError)) return neutral;
  const { failure } = error;
  switch (failure.kind) {
    case 'timeout':
      return timeouts[failure.at];
    case 'unavailable':
      return failure.sent || connectRetriedBy === 'chassis' ? failedRetry : failed;
    case 'problem': {
      const outcome = meaningOf(failure.status);
      const asked = failure.status === 503 || failure.status === 429 ? failure.retryAfterMs : undefined;
      return asked === undefined ? { outcome, retry: false } : { outcome, retry: true, retryAfterMs: asked };
    }
    case 'malformed':
      return answered;
    default:
      return neutral;
  }
}

const meaningOf = (status: number): Outcome => {
  if (status === 429) return 'neutral';
  return status < 500 ? 'success' : 'failure';
};

const answered: Failure = { outcome: 'success', retry: false };
const failed: Failure = { outcome: 'failure', retry: false };
const failedRetry: Failure = { outcome: 'failure', retry: true };
const neutral: Failure = { outcome: 'neutral', retry: false };
// A service that answers that time ran out may have retried already: only one layer retries.
const timeouts = { before: neutral, here: failedRetry, there: failed } as const;
