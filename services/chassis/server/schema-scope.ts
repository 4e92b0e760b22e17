import type { TSchema } from 'typebox';
import { rewritten, type SchemaParts, withMore } from './schema-tree.ts';

/** What a `$ref` can refer to from its place. */
export interface SchemaScope {
  /** What `#` refers to. */
  readonly root: TSchema;
  /** Schemas by their `$id`. */
  readonly named: ReadonlyMap<string, TSchema>;
}

/** The scope outside a whole schema. */
export const emptyScope = (root: TSchema): SchemaScope => ({ root, named: new Map() });

/** The scope inside a schema. */
export function scopeWithin(schema: TSchema, outer: SchemaScope): SchemaScope {
  const { $id, $defs = {} } = schema as SchemaParts;
  const definitions = Object.values($defs);
  if ($id === undefined && definitions.length === 0) return outer;
  const named = new Map(outer.named);
  for (const one of [schema, ...definitions]) {
    const { $id } = one as SchemaParts;
    if ($id !== undefined) named.set($id, one);
  }
  return { root: $id === undefined ? outer.root : schema, named };
}

/** The target of a `$ref`, and its scope. */
export function referred(ref: string, scope: SchemaScope): readonly [TSchema, SchemaScope] {
  const { root, named } = scope;
  const target = ref.startsWith('#') ? pointed(root, ref) : named.get(ref);
  if (typeof target === 'object') return [target, scope];
  throw new Error(`a schema has the $ref '${ref}', which leads nowhere; name the $id of one of its $defs`);
}

function pointed(root: TSchema, pointer: string): TSchema | undefined {
  const steps = pointer.split('/').slice(1);
  const names = steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
  let found: unknown = root;
  for (const name of names) {
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  }
  return found as TSchema | undefined;
}

const ROOT = 'urn:mosaic:root';

/** A part of a schema with the targets of its references, so that it can be compiled by itself. */
export function standalone(schema: TSchema, { root, named }: SchemaScope): TSchema {
  const absolute = (part: TSchema): TSchema => {
    const { $ref } = part as SchemaParts;
    return $ref?.startsWith('#') ? withMore(part, { $ref: $ref === '#' ? ROOT : ROOT + $ref }) : part;
  };
  let refers = false;
  const result = rewritten(schema, (part) => {
    refers ||= '$ref' in part;
    return absolute(part);
  });
  if (!refers) return schema;
  const own = (result as SchemaParts).$defs;
  const $defs = { ...Object.fromEntries(named), ...own, [ROOT]: withMore(rewritten(root, absolute), { $id: ROOT }) };
  return withMore(result, { $defs });
}
