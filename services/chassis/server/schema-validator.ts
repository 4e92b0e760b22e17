import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { rewritten, type SchemaParts, withMore } from './schema-tree.ts';

/** Makes the validator of a schema; it does not take what every object inherits, such as `toString`, for a property. */
export const schemaValidator = (schema: TSchema): Validator => Compile(rewritten(schema, ownProperties));

/** As patterns, which are matched only against an object's own names. */
function ownProperties(schema: TSchema): TSchema {
  const { properties = {}, patternProperties, required = [] } = schema as SchemaParts;
  const isInherited = (name: string): boolean => name in Object.prototype && !required.includes(name);
  const entries = Object.entries(properties);
  const inherited = entries.filter(([name]) => isInherited(name));
  if (inherited.length === 0) return schema;
  return withMore(schema, {
    properties: Object.fromEntries(entries.filter(([name]) => !isInherited(name))),
    patternProperties: {
      ...patternProperties,
      ...Object.fromEntries(inherited.map(([name, part]) => [`^${name}$`, part])),
    },
  });
}
