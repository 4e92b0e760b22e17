import type { TSchema } from 'typebox';

/** The keywords of JSON Schema that describe the parts of a value by further schemas. */
export interface SchemaParts {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly additionalProperties?: TSchema | boolean;
  readonly items?: TSchema | readonly TSchema[];
  readonly prefixItems?: readonly TSchema[];
  readonly additionalItems?: TSchema | boolean;
  readonly anyOf?: readonly TSchema[];
  readonly oneOf?: readonly TSchema[];
  readonly allOf?: readonly TSchema[];
  readonly required?: readonly string[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, TSchema>>;
  readonly $id?: string;
}

const BY_NAME = ['properties', 'patternProperties', '$defs'] as const;
const IN_PLACE = [
  'additionalProperties',
  'items',
  'prefixItems',
  'additionalItems',
  'anyOf',
  'oneOf',
  'allOf',
] as const;

/** A copy of a schema, in which `change` has replaced each inner schema and, last, the schema itself. */
export function rewritten(schema: TSchema, change: (schema: TSchema) => TSchema): TSchema {
  if (typeof schema !== 'object') return schema;
  const parts = schema as SchemaParts;
  const inner = (part: TSchema): TSchema => rewritten(part, change);
  const copy = withMore(schema, {});
  for (const keyword of BY_NAME) {
    const named = parts[keyword];
    if (named === undefined) continue;
    copy[keyword] = Object.fromEntries(Object.entries(named).map(([name, part]) => [name, inner(part)]));
  }
  for (const keyword of IN_PLACE) {
    const part = parts[keyword];
    if (part !== undefined) copy[keyword] = Array.isArray(part) ? part.map(inner) : inner(part as TSchema);
  }
  return change(copy as TSchema);
}

/** A copy of a schema with other values for some keywords. A spread would lose its refinements. */
export function withMore(schema: TSchema, more: Readonly<Record<string, unknown>>): TSchema & Record<string, unknown> {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(schema));
  return Object.assign(copy, more) as TSchema & Record<string, unknown>;
}

/** Whether a schema itself says which properties an object has. */
export const namesProperties = (schema: TSchema): boolean =>
  typeof schema === 'object' &&
  ['properties', 'patternProperties', 'additionalProperties'].some((keyword) => keyword in schema);
