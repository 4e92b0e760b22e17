import { describe, expect, it } from '@jest/globals';
import { CallError } from '../../../services/chassis/call-error.ts';
import { defineProblem, Problem } from '../../../services/chassis/problem.ts';

const soldOut = defineProblem('sold-out', 409, 'There are not as many left');

describe('a problem of a service itself', () => {
  it('is answered like those of every service', () => {
    expect(new Problem(soldOut, 'got 5, 3 are left; take fewer').document('click-1')).toEqual({
      type: 'urn:mosaic:problem:sold-out',
      title: 'There are not as many left',
      status: 409,
      code: 'sold-out',
      detail: 'got 5, 3 are left; take fewer',
      correlationId: 'click-1',
    });
  });

  it('is known to callers by what declares it', () => {
    const answered = (code: string) =>
      new CallError('stock', { kind: 'problem', status: 409, code, retryAfterMs: undefined }, 'answered 409');
    expect(answered('sold-out').answered(soldOut)).toBe(true);
    expect(answered('conflict').answered(soldOut)).toBe(false);
  });

  it.each([
    ['a code of the table', ['conflict', 409], /'conflict' is taken .* give yours another code/],
    ['no code', ['Sold out', 409], /'Sold out' has no valid code; write lower-case words joined by hyphens/],
    ['the status of a success', ['sold-out', 200], /'sold-out' has the status 200; give it one from 400 to 599/],
    ['no status', ['sold-out', Number.NaN], /'sold-out' has the status NaN/],
  ] as const)('is refused where it has %s', (_, [code, status], message) => {
    expect(() => defineProblem(code, status, 'x')).toThrow(message);
  });
});
