import type { TSchema } from 'typebox';
import { emptyScope, referred, type SchemaScope, scopeWithin, standalone } from './schema-scope.ts';
import { namesProperties, type SchemaParts } from './schema-tree.ts';
import { schemaValidator } from './schema-validator.ts';

/** Returns the declared part of a value. */
type Pick = (value: unknown) => unknown;

const everything: Pick = (value) => value;

/**
 * Makes a function that keeps only the declared part of a matching value; if several variants match, what any of them
 * declares. An object schema that does not mention properties declares them all.
 */
export const declaredPart = (schema: TSchema): Pick => new Picks().of(schema, emptyScope(schema)) ?? everything;

/** Makes the picks of one schema and of its parts. */
class Picks {
  /** By target of a `$ref`, which may refer to itself. */
  readonly #referred = new Map<TSchema, Pick | undefined>();

  /** Undefined if the schema says nothing about the parts of a value. */
  of(schema: TSchema, outer: SchemaScope): Pick | undefined {
    const scope = scopeWithin(schema, outer);
    const { anyOf, oneOf, allOf, $ref } = schema as SchemaParts;
    return all([
      this.#ofProperties(schema, scope),
      this.#ofItems(schema, scope),
      anyOf && this.#ofVariants(anyOf, scope),
      oneOf && this.#ofVariants(oneOf, scope),
      allOf && all(allOf.map((part) => this.of(part, scope))),
      $ref === undefined ? undefined : this.#ofReference($ref, scope),
    ]);
  }

  #ofProperties(schema: TSchema, scope: SchemaScope): Pick | undefined {
    if (!namesProperties(schema)) return undefined;
    const { properties = {}, patternProperties = {}, additionalProperties } = schema as SchemaParts;
    const named = new Map(Object.entries(properties).map(([name, part]) => [name, this.#whole(part, scope)]));
    const patterns = Object.entries(patternProperties).map(
      ([pattern, part]) => [new RegExp(pattern, 'us'), this.#whole(part, scope)] as const,
    );
    const rest = additionalProperties ? this.#whole(additionalProperties as TSchema, scope) : undefined;
    if (rest === everything && named.size === 0 && patterns.every(([, pick]) => isEverything(pick))) return everything;
    const closed = [...named];
    if (rest === undefined && patterns.length === 0) return (value) => picked(value, closed);
    const pickOf = (name: string): Pick | undefined =>
      all([named.get(name), ...patterns.map(([pattern, pick]) => (pattern.test(name) ? pick : undefined))]) ?? rest;
    return (value) => {
      const names = new Set([...named.keys(), ...Object.keys(value ?? {})]);
      return picked(
        value,
        [...names].map((name) => [name, pickOf(name)] as const),
      );
    };
  }

  #ofItems(schema: TSchema, scope: SchemaScope): Pick | undefined {
    const { items, prefixItems, additionalItems } = schema as SchemaParts;
    const first = (prefixItems ?? (Array.isArray(items) ? items : [])).map((part) => this.#whole(part, scope));
    const further = Array.isArray(items) ? additionalItems : items;
    const rest = further ? this.#whole(further as TSchema, scope) : everything;
    if ([...first, rest].every(isEverything)) return undefined;
    return (value) => (Array.isArray(value) ? Array.from(value, (item, index) => (first[index] ?? rest)(item)) : value);
  }

  #ofVariants(variants: readonly TSchema[], scope: SchemaScope): Pick | undefined {
    const picks = variants.map((variant) => this.of(variant, scope));
    if (picks.every((pick) => pick === undefined)) return undefined;
    const choices = variants.map((variant, index) => ({
      validator: schemaValidator(standalone(variant, scope)),
      pick: picks[index] ?? everything,
    }));
    return (value) => {
      const matching = choices.filter(({ validator }) => validator.Check(value));
      if (matching.length === 0) throw new Error('a value that matches a schema matches none of its variants');
      return merged(
        value,
        matching.map(({ pick }) => pick(value)),
      );
    };
  }

  #ofReference(ref: string, scope: SchemaScope): Pick {
    const [target, around] = referred(ref, scope);
    if (!this.#referred.has(target)) {
      this.#referred.set(target, undefined);
      this.#referred.set(target, this.#whole(target, around));
    }
    return (value) => this.#referred.get(target)!(value);
  }

  #whole(schema: TSchema, scope: SchemaScope): Pick {
    return this.of(schema, scope) ?? everything;
  }
}

const isEverything = (pick: Pick): boolean => pick === everything;

/** What any of these declares; undefined ones are left out. */
function all(picks: readonly (Pick | undefined)[]): Pick | undefined {
  const given = picks.filter((pick) => pick !== undefined);
  return given.length < 2
    ? given[0]
    : (value) =>
        merged(
          value,
          given.map((pick) => pick(value)),
        );
}

/** Reads the properties by name: whether the object or its class has them is up to the handler. */
function picked(value: unknown, picks: readonly (readonly [name: string, pick: Pick | undefined])[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, pick] of picks) {
    if (pick !== undefined && has(value, name)) kept[name] = pick((value as Record<string, unknown>)[name]);
  }
  return kept;
}

const has = (value: object, name: string): boolean =>
  Object.hasOwn(value, name) || (name in value && !(name in Object.prototype));

/** All that several parts of one value have. */
function merged(value: unknown, parts: readonly unknown[]): unknown {
  if (parts.length < 2) return parts[0];
  if (typeof value !== 'object' || value === null || parts.includes(value)) return value;
  if (Array.isArray(value)) {
    return value.map((item, index) =>
      merged(
        item,
        parts.map((part) => (part as unknown[])[index]),
      ),
    );
  }
  const together: Record<string, unknown> = {};
  for (const name of new Set(parts.flatMap((part) => Object.keys(part as object)))) {
    const holders = (parts as Record<string, unknown>[]).filter((part) => Object.hasOwn(part, name));
    together[name] = merged(
      (value as Record<string, unknown>)[name],
      holders.map((part) => part[name]),
    );
  }
  return together;
}
