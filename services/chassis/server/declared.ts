import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** What of JSON Schema tells which properties a value may have. */
interface Shape {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly additionalProperties?: TSchema | boolean;
  readonly items?: TSchema | readonly TSchema[];
  readonly anyOf?: readonly TSchema[];
  readonly oneOf?: readonly TSchema[];
  readonly allOf?: readonly TSchema[];
}

/** Gives of a value what is declared. */
type Pick = (value: unknown) => unknown;

const everything: Pick = (value) => value;

/**
 * Makes a function that keeps of a matching value only the properties its schema declares. An object schema that names
 * no properties, or says something about additional ones, declares them all.
 */
export function declaredPart(schema: TSchema): Pick {
  const { properties, patternProperties, additionalProperties, items, anyOf, oneOf, allOf } = schema as Shape;
  const variants = anyOf ?? oneOf;
  if (variants !== undefined) return ofVariants(variants);
  if (allOf !== undefined) return ofAll(allOf);
  if (items !== undefined) return ofItems(items);
  if (properties === undefined) return everything;
  return ofProperties(properties, patternProperties !== undefined || isOpen(additionalProperties));
}

/**
 * The schema that a value matches only if nothing in it is undeclared; undefined if JSON Schema cannot say that of this
 * one in place.
 */
export function nothingUndeclared(schema: TSchema): TSchema | undefined {
  return canClose(schema) ? closed(schema) : undefined;
}

/** Parts of `allOf` would each refuse what the others declare; what a `$ref` leads to is somewhere else. */
function canClose(schema: TSchema): boolean {
  return !('allOf' in schema) && !('$ref' in schema) && partsOf(schema).every(canClose);
}

function partsOf(schema: TSchema): TSchema[] {
  const { properties = {}, items = [], anyOf = [], oneOf = [] } = schema as Shape;
  return [...Object.values(properties), ...anyOf, ...oneOf, items].flat() as TSchema[];
}

function closed(schema: TSchema): TSchema {
  const { properties, patternProperties, additionalProperties, items, anyOf, oneOf } = schema as Shape;
  const open = properties === undefined || patternProperties !== undefined || isOpen(additionalProperties);
  return {
    ...schema,
    ...(anyOf && { anyOf: anyOf.map(closed) }),
    ...(oneOf && { oneOf: oneOf.map(closed) }),
    ...(items && { items: Array.isArray(items) ? items.map(closed) : closed(items as TSchema) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, closed(part)])),
    }),
    ...(!open && { additionalProperties: false }),
  } as TSchema;
}

const isOpen = (additional: TSchema | boolean | undefined): boolean => additional !== undefined && additional !== false;

function ofProperties(properties: Readonly<Record<string, TSchema>>, open: boolean): Pick {
  const picks = new Map(Object.entries(properties).map(([name, property]) => [name, declaredPart(property)]));
  return (value) => {
    if (typeof value !== 'object' || value === null) return value;
    const kept: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(value)) {
      const pick = picks.get(name);
      if (pick !== undefined) kept[name] = pick(property);
      else if (open) kept[name] = property;
    }
    return kept;
  };
}

function ofItems(items: TSchema | readonly TSchema[]): Pick {
  if (!Array.isArray(items)) {
    const pick = declaredPart(items as TSchema);
    return pick === everything ? everything : (value) => (Array.isArray(value) ? value.map(pick) : value);
  }
  const picks = items.map(declaredPart);
  return (value) => (Array.isArray(value) ? value.map((item, index) => (picks[index] ?? everything)(item)) : value);
}

function ofVariants(variants: readonly TSchema[]): Pick {
  const choices = variants.map((variant) => ({ validator: Compile(variant), pick: declaredPart(variant) }));
  return (value) => (choices.find(({ validator }) => validator.Check(value))?.pick ?? everything)(value);
}

function ofAll(parts: readonly TSchema[]): Pick {
  const picks = parts.map(declaredPart);
  return (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.assign({}, ...picks.map((pick) => pick(value)))
      : value;
}
