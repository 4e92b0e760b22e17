import type { TSchema } from 'typebox';
import { namesProperties, rewritten, type SchemaParts, withMore } from './schema-tree.ts';

/**
 * A schema that a value matches only if `JSON.stringify` writes exactly what is declared; undefined if JSON Schema
 * cannot express that in place.
 */
export function closedSchema(schema: TSchema): TSchema | undefined {
  let possible = true;
  const result = rewritten(schema, (part) => {
    possible &&= canClose(part);
    return closed(part);
  });
  return possible ? result : undefined;
}

/** If several parts declare properties, each would refuse what the others declare. */
function canClose(schema: TSchema): boolean {
  const { anyOf, oneOf, allOf, $ref } = schema as SchemaParts;
  const declaring = [anyOf, oneOf, $ref].filter((keyword) => keyword !== undefined).length;
  return allOf === undefined && declaring + (namesProperties(schema) ? 1 : 0) <= 1;
}

function closed(schema: TSchema): TSchema {
  if (!namesProperties(schema)) return schema;
  const { additionalProperties = false, '~refine': refinements = [] } = schema as SchemaParts & Refined;
  return withMore(schema, { additionalProperties, '~refine': [...refinements, plain] });
}

/** How typebox keeps the refinements of `Type.Refine`. */
interface Refined {
  readonly '~refine'?: readonly object[];
}

/** On other objects the validator sees inherited properties, which `JSON.stringify` does not write. */
const plain = {
  // biome-ignore lint/suspicious/noProto: asked like this it costs nothing; Object.getPrototypeOf is felt in a list
  check: (value: unknown) => (value as { __proto__?: unknown } | null)?.__proto__ === Object.prototype,
  error: () => 'must be a plain object',
};
