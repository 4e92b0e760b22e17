/** One change an integration makes to a request before it passes it on. */
export interface MappingStep {
  readonly action: 'append' | 'overwrite' | 'remove';
  readonly target: 'path' | 'header' | 'querystring';
  /** Of the header, in lower case, or of the query parameter; empty for the path. */
  readonly name: string;
  /** The parts of the new value, in order. */
  readonly value: readonly MappingSource[];
}

/** Where a part of a mapped value comes from: the template itself, or the request. */
export type MappingSource =
  | { readonly from: 'text'; readonly text: string }
  | { readonly from: 'path' }
  | { readonly from: 'variable' | 'header' | 'querystring' | 'context'; readonly name: string };

/** Reads a request parameter such as `overwrite:path`: `$request.path`; a text says why the twin cannot follow it. */
export const readMappingStep = (key: string, value: string): MappingStep | string => {
  const [, action, path, target, name = ''] = KEY.exec(key) ?? [];
  if (action === undefined) return `the twin cannot map ${key}; use overwrite:path, append:header.x or the like`;
  const sources: MappingSource[] = [];
  for (const part of partsOf(value)) {
    const source = sourceOf(part);
    if (source === undefined)
      return `the twin maps paths, headers, query strings and $context only, so it cannot map ${key} to ${value}`;
    sources.push(source);
  }
  return {
    action: action as MappingStep['action'],
    target: (path ?? target) as MappingStep['target'],
    name: target === 'header' ? name.toLowerCase() : name,
    value: sources,
  };
};

const KEY = /^(append|overwrite|remove):(?:(path)|(header|querystring)\.(.+))$/;

/** `$request.path` and `${request.header.x}-${context.requestId}`, split into names (with `$`) and text. */
const partsOf = (value: string): readonly string[] => {
  if (/^\$\w/.test(value)) return [value];
  const parts = value.split(/(\$\{[^}]+\})/).filter((part) => part !== '');
  return parts.map((part) => part.replace(/^\$\{(.+)\}$/, '$$$1'));
};

const sourceOf = (part: string): MappingSource | undefined => {
  if (!part.includes('$')) return { from: 'text', text: part };
  if (part === '$request.path') return { from: 'path' };
  const [, scope, name = ''] = /^\$(context|request\.(?:path|header|querystring))\.(.+)$/.exec(part) ?? [];
  switch (scope) {
    case 'context':
      return { from: 'context', name };
    case 'request.path':
      return { from: 'variable', name };
    case 'request.header':
      return { from: 'header', name: name.toLowerCase() };
    case 'request.querystring':
      return { from: 'querystring', name };
    default:
      return undefined;
  }
};
