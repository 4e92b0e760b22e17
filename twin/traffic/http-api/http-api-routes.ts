import type { Resource } from '../../../system/resource.ts';
import type { HttpApiRoute } from '../../../system/resources/http-api-route.ts';

/** The route of a request, and the values of its path variables. */
export interface RouteMatch {
  readonly route: Resource<HttpApiRoute>;
  readonly variables: Readonly<Record<string, string>>;
}

/** Finds the route of a request; undefined where none fits. */
export type SelectRoute = (method: string, path: string) => RouteMatch | undefined;

/**
 * Compiles routes. The most specific one wins: literal segments before variables before `{proxy+}` before
 * `$default`, and among equals a method before `ANY`. As in AWS `/a/{proxy+}` does not match `/a`.
 */
export const compileRoutes = (routes: readonly Resource<HttpApiRoute>[]): SelectRoute => {
  const inOrder = routes
    .filter(({ data }) => data.routeKey !== '$default')
    .map(compileRoute)
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0));
  const fallback = routes.find(({ data }) => data.routeKey === '$default');
  return (method, path) => {
    for (const { route, methods, pattern, names } of inOrder) {
      if (methods !== 'ANY' && methods !== method) continue;
      const found = pattern.exec(path);
      if (found !== null) return { route, variables: named(names, found) };
    }
    return fallback && { route: fallback, variables: {} };
  };
};

const VARIABLE = /^\{([^{}+]+)(\+?)\}$/;
const LITERAL = '0';
const ONE_SEGMENT = '1';
const THE_REST = '2';

const compileRoute = (route: Resource<HttpApiRoute>) => {
  const [methods, path] = route.data.routeKey.split(' ') as [string, string];
  const names: string[] = [];
  let rank = '';
  const source = path
    .slice(1)
    .split('/')
    .map((segment) => {
      const variable = VARIABLE.exec(segment);
      if (variable === null) {
        rank += LITERAL;
        return segment.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      }
      names.push(variable[1]!);
      rank += variable[2] ? THE_REST : ONE_SEGMENT;
      return variable[2] ? '(.+)' : '([^/]+)';
    })
    .join('/');
  const greedy = rank.endsWith(THE_REST) ? '1' : '0';
  rank = `${greedy}${rank}${methods === 'ANY' ? 'z' : 'y'}`;
  return { route, methods, pattern: new RegExp(`^/${source}$`), names, rank };
};

const NONE: Readonly<Record<string, string>> = {};

const named = (names: readonly string[], found: RegExpExecArray): Readonly<Record<string, string>> => {
  if (names.length === 0) return NONE;
  const variables: Record<string, string> = {};
  for (let i = 0; i < names.length; i++) variables[names[i]!] = decoded(found[i + 1]!);
  return variables;
};

const decoded = (text: string): string => {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
