import { createHash } from 'node:crypto';
import type { IncomingHeaders } from '../context.ts';
import { VERSION } from '../header-values.ts';
import { Problem } from '../problem.ts';
import type { Route } from '../route.ts';

/** How a route handles versions of its answer. */
export interface Conditional {
  /** The `ETag` of an answer and its JSON, quotes included. */
  tag(answer: unknown, json: string): string;
  /** Whether the caller has this version already, so that 304 is enough. */
  isKnown(tag: string, headers: IncomingHeaders): boolean;
}

/** The tags of a list, without their weak marks; they may contain commas. */
const TAGS = /"[^"]*"/g;
const ONE_TAG = /^"([\x21\x23-\x7e]{1,256})"$/;

/** What the route declares by `etag`. */
export function conditional({ etag, method, path }: Route): Conditional | undefined {
  if (etag === undefined) return undefined;
  const version =
    etag === 'content' ? (_: unknown, json: string) => contentVersion(json) : (etag as (answer: unknown) => string);
  return {
    tag(answer, json) {
      const text = version(answer, json);
      if (VERSION.test(text)) return `"${text}"`;
      throw new Error(
        `${method} ${path}: etag must give 1 to 256 visible ASCII characters without quotes, got '${text}'`,
      );
    },
    isKnown: (tag, headers) => method === 'GET' && names(headers['if-none-match'], tag),
  };
}

/** The one version that `If-Match` names, without its quotes, or `*` for any. */
export function readIfMatch(headers: IncomingHeaders, required: boolean): string | undefined {
  const header = headers['if-match'];
  if (header === undefined) {
    if (required)
      throw new Problem('precondition-required', 'send If-Match with the ETag of the version you have seen');
    return undefined;
  }
  const text = String(header).trim();
  if (text === '*') return text;
  // If-Match compares strongly, and a weak tag never matches strongly.
  if (text.startsWith('W/'))
    throw new Problem('precondition-failed', `got If-Match ${text}; a weak tag matches nothing`);
  const [, version] = ONE_TAG.exec(text) ?? [];
  if (version !== undefined) return version;
  throw new Problem('invalid-request', `got If-Match ${text}; send one entity tag in its quotes, or *`);
}

const contentVersion = (json: string): string => createHash('sha256').update(json).digest('base64url').slice(0, 22);

/** Whether `If-None-Match` names this tag, or any; compares weakly, as it must. */
function names(header: IncomingHeaders[string], tag: string): boolean {
  if (header === undefined) return false;
  const text = String(header);
  const tags: readonly string[] = text.match(TAGS) ?? [];
  return text.trim() === '*' || tags.includes(tag);
}
