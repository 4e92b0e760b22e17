import { Header } from '../../../contract/headers.ts';
import { PathTemplate } from '../path-template.ts';
import type { Route } from '../route.ts';

/** What a route is called with, its types checked where it was declared. */
export interface CallInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly idempotencyKey?: string;
}

/** What every attempt of a call sends alike. */
export interface CallRequest {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string | null;
  /** Whether making it twice does no more than making it once. */
  readonly idempotent: boolean;
}

/** Makes the function that writes the requests of a route. */
export function requestMaker(route: Route): (input: CallInput) => CallRequest {
  const template = new PathTemplate(route.path);
  const hasParams = template.names.length > 0;
  const hasQuery = route.query !== undefined;
  const hasBody = route.body !== undefined;
  const always = ['accept', 'application/json', ...(hasBody ? ['content-type', 'application/json'] : [])];
  const byMethod = route.method !== 'POST' && route.method !== 'PATCH';
  return (input) => {
    const { ifMatch, idempotencyKey } = input;
    const path = hasParams ? template.fill(input.params ?? {}) : template.text;
    return {
      path: hasQuery && input.query !== undefined ? path + queryText(input.query) : path,
      headers: ifMatch === undefined && idempotencyKey === undefined ? always : [...always, ...ownHeaders(input)],
      body: hasBody ? JSON.stringify(input.body) : null,
      idempotent: byMethod || idempotencyKey !== undefined,
    };
  };
}

function ownHeaders({ ifMatch, idempotencyKey }: CallInput): string[] {
  const headers: string[] = [];
  if (ifMatch !== undefined) headers.push('if-match', ifMatch === '*' ? '*' : `"${ifMatch}"`);
  if (idempotencyKey !== undefined) headers.push(Header.idempotencyKey, idempotencyKey);
  return headers;
}

function queryText(query: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name of Object.keys(query)) {
    const value = query[name];
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === undefined) continue;
      text += `${text === '' ? '?' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`;
    }
  }
  return text;
}
