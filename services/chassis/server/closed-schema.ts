import type { TSchema } from 'typebox';
import { namesProperties, rewritten, type SchemaParts, withMore } from './schema-tree.ts';

/**
 * The schema that a value matches only if `JSON.stringify` writes of it what is declared and nothing else; undefined if
 * JSON Schema cannot say that of this one in place.
 */
export function closedSchema(schema: TSchema): TSchema | undefined {
  let possible = true;
  const result = rewritten(schema, (part) => {
    possible &&= canClose(part);
    return closed(part);
  });
  return possible ? result : undefined;
}

/** Of several that say which properties there are, each would refuse what the others declare. */
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

/** How typebox keeps what `Type.Refine` is given. */
interface Refined {
  readonly '~refine'?: readonly object[];
}

/** Of other objects the validator sees what they inherit, and `JSON.stringify` does not. */
const plain = {
  // biome-ignore lint/suspicious/noProto: asked like this it costs nothing; Object.getPrototypeOf is felt in a list
  check: (value: unknown) => (value as { __proto__?: unknown } | null)?.__proto__ === Object.prototype,
  error: () => 'must be a plain object',
};
