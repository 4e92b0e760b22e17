import { Header } from '../../../contract/headers.ts';
import type { IncomingHeaders } from '../context.ts';
import { Problem } from '../problem.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The key a caller sends so that a second attempt is known as one. */
export function readIdempotencyKey(headers: IncomingHeaders, required: boolean): string | undefined {
  const key = headers[Header.idempotencyKey];
  if (key === undefined && !required) return undefined;
  if (typeof key === 'string' && KEY.test(key)) return key;
  const got = key === undefined ? 'nothing' : `'${key}'`;
  throw new Problem('invalid-request', `Idempotency-Key got ${got}; send 1 to 255 visible ASCII characters`);
}
