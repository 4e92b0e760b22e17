/** One route of the edge's API, taken apart: `GET /catalog/products/{id}`. */
export interface EdgeRouteKey {
  /** An HTTP method or `ANY`. */
  readonly method: string;
  /** As the API writes it: `/catalog/products/{id}`. */
  readonly path: string;
  /** As the balancer writes it: `/catalog/products/*`. */
  readonly pattern: string;
}

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const LITERAL = /^[A-Za-z0-9._~-]+$/;
const PARAMETER = /^\{[A-Za-z0-9._-]+\}$/;
const GREEDY = /^\{[A-Za-z0-9._-]+\+\}$/;
const LONGEST_PATTERN = 128;

/**
 * Reads `METHOD /path`. A path that ends in `{name+}` makes two keys, because neither `/catalog/{proxy+}` nor
 * `/catalog/*` matches `/catalog` itself.
 */
export function edgeRouteKeys(route: string): readonly EdgeRouteKey[] {
  const [method = '', path = '', ...rest] = route.split(' ');
  if (rest.length > 0 || !METHODS.includes(method)) {
    throw new Error(`a route is 'METHOD /path' with one of ${METHODS.join(', ')}, got '${route}'`);
  }
  const segments = path === '/' ? [] : path.split('/').slice(1);
  if (!path.startsWith('/')) throw new Error(`the path of a route starts with '/', got '${route}'`);
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (LITERAL.test(segment) || PARAMETER.test(segment) || (last && GREEDY.test(segment))) return;
    throw new Error(
      `a segment of a route is plain text, '{name}' or, at the end, '{name+}'; got '${segment}' in '${route}'`,
    );
  });

  const pattern = `/${segments.map((segment) => (LITERAL.test(segment) ? segment : '*')).join('/')}`;
  if (pattern.length > LONGEST_PATTERN) {
    throw new Error(
      `a balancer takes paths of at most ${LONGEST_PATTERN} characters, got ${pattern.length}: '${path}'`,
    );
  }
  const key = { method, path, pattern };
  if (!GREEDY.test(segments.at(-1) ?? '')) return [key];
  const parent = { method, path: cut(path), pattern: cut(pattern) };
  return [key, parent];
}

const cut = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
