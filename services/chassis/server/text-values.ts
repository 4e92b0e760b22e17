import type { TObject, TSchema } from 'typebox';

/** What of JSON Schema tells how a text is read. */
interface Typed {
  readonly type?: string;
  readonly items?: TSchema;
}

/** Reads one declared value from its texts; `undefined` where there is none. */
type ReadValue = (texts: readonly string[]) => unknown;

/**
 * Turns text (of a path or a query) into the types its schema declares. What does not look like its type stays text,
 * for the validator to name; what is not declared is not read.
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
  const { type, items } = schema as Typed;
  if (type === 'array') {
    const read = valueReader(items ?? {});
    return (text) => [read(text)];
  }
  return type === 'integer' || type === 'number' ? numberOf : type === 'boolean' ? booleanOf : asItIs;
}

function readerOf(schema: TSchema): ReadValue {
  const { type, items } = schema as Typed;
  const read = valueReader((type === 'array' ? items : schema) ?? {});
  if (type === 'array') return (texts) => (texts.length === 0 ? undefined : texts.map(read));
  return (texts) => (texts.length === 0 ? undefined : read(texts[0]!));
}

const asItIs = (text: string): unknown => text;

const numberOf = (text: string): unknown => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text);

const booleanOf = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);
