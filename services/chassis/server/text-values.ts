import type { TObject, TSchema } from 'typebox';
import { schemaValidator } from './schema-validator.ts';

/** The keywords of JSON Schema that say how to read a text. */
interface Typed {
  readonly type?: string;
  readonly items?: TSchema;
  readonly anyOf?: readonly TSchema[];
  readonly oneOf?: readonly TSchema[];
  readonly enum?: readonly unknown[];
}

/** Reads one declared value from its texts; `undefined` if there is none. */
type ReadValue = (texts: readonly string[]) => unknown;

/**
 * Turns text (of a path or a query) into the types its schema declares. Text that does not look like its type stays
 * text, for the validator to report; what is not declared is not read.
 */
export function textReader(schema: TObject): (all: (name: string) => readonly string[]) => Record<string, unknown> {
  const readers = Object.entries(schema.properties).map(([name, property]) => [name, readerOf(property)] as const);
  return (all) => {
    const values: Record<string, unknown> = {};
    for (const [name, read] of readers) {
      const value = read(all(name));
      if (value !== undefined) values[name] = value;
    }
    return values;
  };
}

/** Makes the function that reads a declared value from its one text. */
export function valueReader(schema: TSchema): (text: string) => unknown {
  const { type, anyOf, oneOf, enum: values } = schema as Typed;
  if (type === 'array' || anyOf !== undefined || oneOf !== undefined) {
    const read = readerOf(schema);
    return (text) => read([text]);
  }
  return values === undefined ? ofType(type) : ofValues(values);
}

function readerOf(schema: TSchema): ReadValue {
  const { type, items, anyOf, oneOf } = schema as Typed;
  const variants = anyOf ?? oneOf;
  if (variants !== undefined) return ofVariants(variants);
  const read = valueReader((type === 'array' ? items : schema) ?? {});
  if (type === 'array') return (texts) => (texts.length === 0 ? undefined : texts.map(read));
  return (texts) => (texts.length === 0 ? undefined : read(texts[0]!));
}

/** Takes the first variant that matches the value it reads. */
function ofVariants(variants: readonly TSchema[]): ReadValue {
  const choices = variants.map((variant) => ({ read: readerOf(variant), validator: schemaValidator(variant) }));
  return (texts) => {
    for (const { read, validator } of choices) {
      const value = read(texts);
      if (validator.Check(value)) return value;
    }
    return texts[0];
  };
}

type ReadText = (text: string) => unknown;

const ofType = (type: string | undefined): ReadText =>
  type === 'integer' || type === 'number' ? numberOf : type === 'boolean' ? booleanOf : asItIs;

const ofValues = (values: readonly unknown[]): ReadText => {
  const byText = new Map(values.map((value) => [String(value), value]));
  return (text) => byText.get(text) ?? text;
};

const asItIs: ReadText = (text) => text;

const numberOf: ReadText = (text) => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text);

const booleanOf: ReadText = (text) => (text === 'true' ? true : text === 'false' ? false : text);
