import type { PathTemplate } from '../path-template.ts';

/** What a method and a path lead to. */
export type Match<T> =
  | { readonly kind: 'found'; readonly target: T; readonly values: readonly string[] }
  | { readonly kind: 'wrong-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'no-path' };

interface Node<T> {
  /** So few that comparing beats a map, for which each segment would have to be cut out of its path. */
  readonly children: { readonly segment: string; readonly node: Node<T> }[];
  /** Where a segment leads that has no child of its own. */
  parameter: Node<T> | undefined;
  readonly targets: Map<string, T>;
}

interface Found<T> {
  readonly node: Node<T>;
  readonly values: string[];
}

const emptyNode = <T>(): Node<T> => ({ children: [], parameter: undefined, targets: new Map() });

/** Finds targets by method and path; a literal segment wins over a parameter. */
export class Router<T> {
  readonly #root: Node<T> = emptyNode();

  add(method: string, template: PathTemplate, target: T): void {
    let node = this.#root;
    for (const segment of template.segments) {
      const known = typeof segment === 'string' ? childOf(node, segment, 0, segment.length) : node.parameter;
      const next = known ?? emptyNode<T>();
      if (typeof segment !== 'string') node.parameter = next;
      else if (known === undefined) node.children.push({ segment, node: next });
      node = next;
    }
    if (node.targets.has(method)) throw new Error(`${method} ${template.text}: two routes answer it; remove one`);
    node.targets.set(method, target);
  }

  /** `path` is still percent-encoded, and so are the values. */
  find(method: string, path: string): Match<T> {
    const found = descend(this.#root, path, 1, 0);
    if (found === undefined) return { kind: 'no-path' };
    const { node, values } = found;
    const target = node.targets.get(method) ?? (method === 'HEAD' ? node.targets.get('GET') : undefined);
    return target === undefined
      ? { kind: 'wrong-method', allowed: methodsOf(node) }
      : { kind: 'found', target, values };
  }
}

/** What answers GET also answers HEAD. */
const methodsOf = ({ targets }: Node<unknown>): string[] =>
  [...targets.keys()].flatMap((method) => (method === 'GET' && !targets.has('HEAD') ? ['GET', 'HEAD'] : [method]));

/** Where a path leads: the values of parameters from here on are filled in, those of the `above` ones are left free. */
function descend<T>(node: Node<T>, path: string, start: number, above: number): Found<T> | undefined {
  if (start > path.length) return node.targets.size > 0 ? { node, values: new Array<string>(above) } : undefined;
  const slash = path.indexOf('/', start);
  const end = slash === -1 ? path.length : slash;
  const child = childOf(node, path, start, end);
  const found = child && descend(child, path, end + 1, above);
  if (found !== undefined || node.parameter === undefined || start === end) return found;
  const below = descend(node.parameter, path, end + 1, above + 1);
  if (below !== undefined) below.values[above] = path.slice(start, end);
  return below;
}

/** The child for this part of a path. */
function childOf<T>({ children }: Node<T>, path: string, start: number, end: number): Node<T> | undefined {
  for (const { segment, node } of children) {
    if (segment.length === end - start && path.startsWith(segment, start)) return node;
  }
  return undefined;
}
