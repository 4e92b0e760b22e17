import type { MappingSource, MappingStep } from '../../../system/resources/mapping-step.ts';
import { type Exchange, pathOf, queryOf } from '../http/exchange.ts';

/** What a mapping changes, and what the sources of its values stand for. */
export interface MappingContext {
  readonly exchange: Exchange;
  /** Path without the stage's name and without the query. */
  readonly path: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The value of a name after `$context.`; empty for one the twin does not know. */
  readonly context: (name: string) => string;
}

/** Changes an exchange as an integration's request parameters say. */
export const applyMapping = (steps: readonly MappingStep[], given: MappingContext): void => {
  for (const step of steps) CHANGES[step.target](given.exchange, step, mappedValue(step.value, given));
};

type Change = (exchange: Exchange, step: MappingStep, value: string) => void;

const CHANGES: Readonly<Record<MappingStep['target'], Change>> = {
  path(exchange, _, value) {
    const query = exchange.path.slice(pathOf(exchange.path).length);
    exchange.path = `${encodedPath(value)}${query}`;
  },
  header({ headers }, { action, name }, value) {
    const before = headers[name];
    if (action === 'remove') delete headers[name];
    else headers[name] = action === 'append' && before !== undefined ? `${before},${value}` : value;
  },
  querystring(exchange, { action, name }, value) {
    const query = new URLSearchParams(queryOf(exchange.path));
    if (action === 'remove') query.delete(name);
    else if (action === 'append') query.append(name, value);
    else query.set(name, value);
    const own = pathOf(exchange.path);
    exchange.path = query.size === 0 ? own : `${own}?${query}`;
  },
};

const mappedValue = (sources: readonly MappingSource[], given: MappingContext): string =>
  sources.map((source) => partOf(source, given)).join('');

const partOf = (source: MappingSource, { exchange, path, variables, context }: MappingContext): string => {
  switch (source.from) {
    case 'text':
      return source.text;
    case 'path':
      return path;
    case 'variable':
      return variables[source.name] ?? '';
    case 'header':
      return String(exchange.headers[source.name] ?? '');
    case 'querystring':
      return new URLSearchParams(queryOf(exchange.path)).getAll(source.name).join(',');
    case 'context':
      return context(source.name);
  }
};

/** A mapped value may hold characters that a path must not. */
const encodedPath = (path: string): string => {
  const text = path.replace(/[^\u0021-\u007e]|[?#]/g, (char) => encodeURIComponent(char));
  return text.startsWith('/') ? text : `/${text}`;
};
