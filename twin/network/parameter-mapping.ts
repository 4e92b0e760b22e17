import type { Exchange } from './exchange.ts';

/** What the values of a mapping may name. */
export interface MappingContext {
  readonly exchange: Exchange;
  /** Path without the stage's name and without the query. */
  readonly path: string;
  readonly variables: Readonly<Record<string, string>>;
  /** What `$context.` and a name stand for; empty for what the twin does not know. */
  readonly context: (name: string) => string;
}

/** Changes an exchange as an integration's request parameters say. */
export type MapRequest = (given: MappingContext) => void;

/** Makes the request parameters of an integration ready to run; one the twin cannot follow is an error that names it. */
export const compileMapping = (parameters: Readonly<Record<string, string>>): MapRequest => {
  const steps = Object.entries(parameters).map(([key, value]) => compileStep(key, value));
  return (given) => {
    for (const step of steps) step(given);
  };
};

const KEY = /^(append|overwrite|remove):(?:(path)|(header|querystring)\.(.+))$/;

const compileStep = (key: string, template: string): MapRequest => {
  const match = KEY.exec(key);
  if (match === null)
    throw new Error(`request parameter ${key}: not one HTTP APIs know; use overwrite:path or the like`);
  const [, action, path, place, name = ''] = match;
  const value = compileValue(template);
  if (path !== undefined) {
    return (given) => {
      const query = given.exchange.path.slice(pathOf(given.exchange.path).length);
      given.exchange.path = `${encodedPath(value(given))}${query}`;
    };
  }
  if (place === 'header') {
    const header = name.toLowerCase();
    return (given) => {
      const { headers } = given.exchange;
      if (action === 'remove') delete headers[header];
      else headers[header] = joined(action === 'append' ? headers[header] : undefined, value(given));
    };
  }
  return (given) => {
    const { exchange } = given;
    const own = pathOf(exchange.path);
    const query = new URLSearchParams(exchange.path.slice(own.length + 1));
    if (action === 'remove') query.delete(name);
    else if (action === 'append') query.append(name, value(given));
    else query.set(name, value(given));
    exchange.path = query.size === 0 ? own : `${own}?${query}`;
  };
};

type Value = (given: MappingContext) => string;

/** `$request.path`, `${request.header.x}-${context.requestId}` or plain text. */
const compileValue = (template: string): Value => {
  const alone = /^\$((?:request|context|stageVariables)\..+)$/.exec(template);
  if (alone !== null) return compileName(alone[1]!);
  const parts = template.split(/\$\{([^}]+)\}/).map((part, i) => (i % 2 === 0 ? () => part : compileName(part)));
  return (given) => parts.map((part) => part(given)).join('');
};

const compileName = (name: string): Value => {
  const [scope, kind, ...rest] = name.split('.');
  const key = rest.join('.');
  if (scope === 'context') return ({ context }) => context(`${kind}${key && `.${key}`}`);
  if (scope === 'request' && kind === 'path') return key ? ({ variables }) => variables[key] ?? '' : ({ path }) => path;
  if (scope === 'request' && kind === 'header')
    return ({ exchange }) => String(exchange.headers[key.toLowerCase()] ?? '');
  if (scope === 'request' && kind === 'querystring')
    return ({ exchange: { path } }) => new URLSearchParams(path.slice(pathOf(path).length + 1)).getAll(key).join(',');
  throw new Error(`$${name}: the twin maps paths, headers, query strings and $context only`);
};

const joined = (before: string | string[] | undefined, value: string): string =>
  before === undefined ? value : `${before},${value}`;

const pathOf = (path: string): string => {
  const end = path.indexOf('?');
  return end < 0 ? path : path.slice(0, end);
};

/** A mapped value may hold what a path must not. */
const encodedPath = (path: string): string => {
  const text = path.replace(/[^\u0021-\u007e]|[?#]/g, (char) => encodeURIComponent(char));
  return text.startsWith('/') ? text : `/${text}`;
};
