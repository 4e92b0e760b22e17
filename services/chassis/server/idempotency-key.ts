import { Header } from '../../../contract/headers.ts';
import type { IncomingHeaders } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../header-values.ts';
import { Problem } from '../problem.ts';

/** The key a caller sends so that a repeated request is recognised. */
export function readIdempotencyKey(headers: IncomingHeaders, required: boolean): string | undefined {
  const key = headers[Header.idempotencyKey];
  if (key === undefined && !required) return undefined;
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key;
  const got = key === undefined ? 'nothing' : `'${key}'`;
  throw new Problem('invalid-request', `Idempotency-Key got ${got}; send 1 to 255 visible ASCII characters`);
}
