import type { Failure } from '../policy/guard.ts';
import { CallError } from './call-error.ts';

/**
 * What the error of an attempt says about the service, and whether another attempt makes sense: the one place that
 * decides. An answer that isn't what the route declares says that two versions differ, not that the service is unwell.
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
      const outcome = failure.status >= 500 ? 'failure' : 'neutral';
      const asked = failure.status === 503 || failure.status === 429 ? failure.retryAfterMs : undefined;
      return asked === undefined ? { outcome, retry: false } : { outcome, retry: true, retryAfterMs: asked };
    }
    default:
      return neutral;
  }
}

const failed: Failure = { outcome: 'failure', retry: false };
const failedRetry: Failure = { outcome: 'failure', retry: true };
const neutral: Failure = { outcome: 'neutral', retry: false };
// Whoever answers that time ran out may have tried again already: one layer retries.
const timeouts = { before: neutral, here: failedRetry, there: failed } as const;
