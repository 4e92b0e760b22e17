import type { PathTemplate } from '../path-template.ts';

/** What a method and a path lead to. */
export type Match<T> =
  | { readonly kind: 'found'; readonly target: T; readonly values: readonly string[] }
  | { readonly kind: 'wrong-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'no-path' };

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  /** Where any segment leads that has no child of its own. */
  parameter: Node<T> | undefined;
  readonly targets: Map<string, T>;
}

const emptyNode = <T>(): Node<T> => ({ children: new Map(), parameter: undefined, targets: new Map() });

/** Finds targets by method and path; a literal segment wins over a parameter. */
export class Router<T> {
  readonly #root: Node<T> = emptyNode();
  /** Paths without a parameter, found in one step. */
  readonly #literal = new Map<string, Node<T>>();

  add(method: string, template: PathTemplate, target: T): void {
    let node = this.#root;
    for (const segment of template.segments) {
      let next = typeof segment === 'string' ? node.children.get(segment) : node.parameter;
      if (next === undefined) {
        next = emptyNode();
        if (typeof segment === 'string') node.children.set(segment, next);
        else node.parameter = next;
      }
      node = next;
    }
    if (node.targets.has(method)) throw new Error(`${method} ${template.text}: two routes answer it; remove one`);
    node.targets.set(method, target);
    if (template.names.length === 0) this.#literal.set(template.text, node);
  }

  /** `path` is still percent-encoded, and so are the values. */
  find(method: string, path: string): Match<T> {
    const literal = this.#literal.get(path);
    const values: string[] = [];
    const node = literal ?? descend(this.#root, path, 1, values);
    if (node === undefined) return { kind: 'no-path' };
    const target = node.targets.get(method) ?? (method === 'HEAD' ? node.targets.get('GET') : undefined);
    return target === undefined
      ? { kind: 'wrong-method', allowed: [...node.targets.keys()] }
      : { kind: 'found', target, values };
  }
}

function descend<T>(node: Node<T>, path: string, start: number, values: string[]): Node<T> | undefined {
  if (start > path.length) return node.targets.size > 0 ? node : undefined;
  const slash = path.indexOf('/', start);
  const end = slash === -1 ? path.length : slash;
  const segment = path.slice(start, end);
  const child = node.children.get(segment);
  const found = child && descend(child, path, end + 1, values);
  if (found !== undefined || node.parameter === undefined || segment === '') return found;
  const kept = values.push(segment);
  const below = descend(node.parameter, path, end + 1, values);
  if (below === undefined) values.length = kept - 1;
  return below;
}
