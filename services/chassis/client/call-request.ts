import { Header } from '../../../contract/headers.ts';
import { IDEMPOTENCY_KEY, VERSION } from '../header-values.ts';
import { PathTemplate } from '../path-template.ts';
import type { Route } from '../route.ts';

/** The input of a call; its types are checked where the route is declared. */
export interface CallInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
}

/** What every attempt of a call sends. */
export interface CallRequest {
  readonly path: string;
  /** Names and values, alternating. */
  readonly headers: readonly string[];
  readonly body: string | null;
  /** Whether making it twice does no more than making it once. */
  readonly idempotent: boolean;
}

/** Makes the function that writes a route's requests; it throws on invalid input, which is a bug of the caller. */
export function requestMaker(route: Route): (input: CallInput) => CallRequest {
  const template = new PathTemplate(route.path);
  const hasParams = template.names.length > 0;
  const hasQuery = route.query !== undefined;
  const hasBody = route.body !== undefined;
  const always = ['accept', 'application/json', ...(hasBody ? ['content-type', 'application/json'] : [])];
  const byMethod = route.method !== 'POST' && route.method !== 'PATCH';
  return (input) => {
    const { ifMatch, idempotencyKey } = input;
    const path = hasParams ? pathText(template, input.params ?? {}) : template.text;
    return {
      path: hasQuery && input.query !== undefined ? path + queryText(input.query) : path,
      headers: ifMatch === undefined && idempotencyKey === undefined ? always : [...always, ...ownHeaders(input)],
      body: hasBody ? bodyText(input.body) : null,
      idempotent: byMethod || idempotencyKey !== undefined,
    };
  };
}

function ownHeaders({ ifMatch, idempotencyKey }: CallInput): string[] {
  const headers: string[] = [];
  if (ifMatch !== undefined) {
    if (!VERSION.test(ifMatch))
      throw wrong('ifMatch', '* or 1 to 256 visible ASCII characters without quotes', ifMatch);
    headers.push('if-match', ifMatch === '*' ? '*' : `"${ifMatch}"`);
  }
  if (idempotencyKey !== undefined) {
    if (!IDEMPOTENCY_KEY.test(idempotencyKey)) {
      throw wrong('idempotencyKey', '1 to 255 visible ASCII characters', idempotencyKey);
    }
    headers.push(Header.idempotencyKey, idempotencyKey);
  }
  return headers;
}

function bodyText(body: unknown): string {
  const text = JSON.stringify(body);
  if (text === undefined) throw wrong('body', 'a JSON value', body);
  return text;
}

function pathText({ segments }: PathTemplate, values: Readonly<Record<string, unknown>>): string {
  let path = '';
  for (const segment of segments) path += `/${typeof segment === 'string' ? segment : segmentText(segment, values)}`;
  return path;
}

/** Never `.` or `..`: a proxy in between may take `/users/../orders` for `/orders`. */
function segmentText({ name }: { readonly name: string }, values: Readonly<Record<string, unknown>>): string {
  const text = String(values[name] ?? '');
  if (text === '' || text === '.' || text === '..') throw wrong(`params/${name}`, 'text, and neither . nor ..', text);
  return encoded(`params/${name}`, text);
}

function queryText(query: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of Object.keys(query)) {
    const value = query[name];
    for (const one of Array.isArray(value) ? value : [value]) {
      // The text 'null' would be a value of its own to the server.
      if (one === undefined || one === null) continue;
      text += `${text === '' ? '?' : '&'}${encodeURIComponent(name)}=${encoded(`query/${name}`, String(one))}`;
    }
  }
  return text;
}

function encoded(at: string, text: string): string {
  if (!text.isWellFormed()) throw wrong(at, 'well-formed Unicode', text);
  return encodeURIComponent(text);
}

const wrong = (at: string, expected: string, got: unknown): Error =>
  new Error(`${at} must be ${expected}, got ${JSON.stringify(got)}`);
