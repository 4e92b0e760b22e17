import { isUtf8 } from 'node:buffer';
import type { IncomingHeaders } from '../context.ts';
import { Problem } from '../problem.ts';

/** Most bytes read of a body, unless the route says otherwise. */
export const BODY_LIMIT = 128 * 1024;

/** What a body is read from. */
export interface BodySource {
  readonly headers: IncomingHeaders;
  /** Reads the body up to a limit; rejects with the problem `body-too-large` beyond it. */
  readBody(limit: number): Promise<Buffer>;
}

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
const REPLACEMENT = '\u{fffd}';
const SUSPICIOUS = /__proto__|\\u/i;

/** The JSON value of a body. */
export async function readJson(source: BodySource, limit: number): Promise<unknown> {
  const { headers } = source;
  const type = headers['content-type'];
  if (typeof type !== 'string' || !JSON_TYPE.test(type)) {
    throw new Problem('unsupported-media-type', `got content-type ${type ?? '(none)'}; send application/json in UTF-8`);
  }
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    throw new Problem('unsupported-media-type', `got content-encoding ${encoding}; send the body as it is`);
  }
  if (Number(headers['content-length']) > limit) throw tooLarge(limit);
  const bytes = await source.readBody(limit);
  const text = bytes.toString('utf8');
  // Invalid UTF-8 became this character; searching for it is cheaper than checking each byte.
  if (text.includes(REPLACEMENT) && !isUtf8(bytes)) {
    throw new Problem('malformed-json', 'the body is not UTF-8; send JSON in UTF-8');
  }
  try {
    return SUSPICIOUS.test(text) ? JSON.parse(text, refusePrototype) : JSON.parse(text);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('malformed-json', text === '' ? 'the body is empty; send JSON' : (error as Error).message);
  }
}

/** The problem of a body that exceeds its limit. */
export const tooLarge = (limit: number): Problem =>
  new Problem('body-too-large', `the body is larger than ${limit} bytes; send less`);

function refusePrototype(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Problem('malformed-json', 'a body must not have a key named __proto__');
  return value;
}
