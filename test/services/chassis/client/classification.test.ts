import { describe, expect, it } from '@jest/globals';
import { CallError, type CallFailure } from '../../../../services/chassis/call-error.ts';
import { classify } from '../../../../services/chassis/client/classification.ts';
import { Problem } from '../../../../services/chassis/problem.ts';

const failed = { outcome: 'failure', retry: false };
const failedRetry = { outcome: 'failure', retry: true };
const well = { outcome: 'success', retry: false };
const neutral = { outcome: 'neutral', retry: false };

const answered = (status: number, retryAfterMs?: number): CallFailure => ({
  kind: 'problem',
  status,
  code: undefined,
  retryAfterMs,
});

describe('what an error says', () => {
  it.each<[string, CallFailure, object]>([
    ['no answer in time', { kind: 'timeout', at: 'here' }, failedRetry],
    ['504', { kind: 'timeout', at: 'there' }, failed],
    ['no time to ask', { kind: 'timeout', at: 'before' }, neutral],
    ['a connection that broke', { kind: 'unavailable', sent: true }, failedRetry],
    ['no connection', { kind: 'unavailable', sent: false }, failed],
    ['500', answered(500), failed],
    ['502', answered(502), failed],
    ['503', answered(503), failed],
    ['503 that names a time', answered(503, 1_000), { ...failedRetry, retryAfterMs: 1_000 }],
    ['429', answered(429), neutral],
    ['429 that names a time', answered(429, 0), { outcome: 'neutral', retry: true, retryAfterMs: 0 }],
    ['404', answered(404), well],
    ['409 that names a time', answered(409, 1_000), well],
    ['another shape', { kind: 'malformed' }, well],
    ['an open breaker', { kind: 'cut-off', retryAfterMs: 1 }, neutral],
    ['no room', { kind: 'crowded' }, neutral],
  ])('behind a proxy: %s', (_, failure, meaning) => {
    expect(classify(new CallError('catalog', failure, ''), 'proxy')).toEqual(meaning);
  });

  it('is worth another attempt where nobody else tries a failed connect again', () => {
    const error = new CallError('catalog', { kind: 'unavailable', sent: false }, '');
    expect(classify(error, 'chassis')).toEqual(failedRetry);
  });

  it('is nothing where the caller left, or the error is our own', () => {
    expect(classify(new Problem('caller-left'), 'proxy')).toEqual(neutral);
    expect(classify(new TypeError('x is not a function'), 'proxy')).toEqual(neutral);
  });
});
