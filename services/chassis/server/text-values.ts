import type { TObject, TSchema } from 'typebox';

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

function readerOf(schema: TSchema): ReadValue {
  const { type, items } = schema as { type?: string; items?: TSchema };
  if (type === 'array') {
    const read = readerOf(items ?? {});
    return (texts) => (texts.length === 0 ? undefined : texts.map((text) => read([text])));
  }
  const convert = type === 'integer' || type === 'number' ? numberOf : type === 'boolean' ? booleanOf : undefined;
  return ([text]) => (text === undefined || convert === undefined ? text : convert(text));
}

const numberOf = (text: string): unknown => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : text);

const booleanOf = (text: string): unknown => (text === 'true' ? true : text === 'false' ? false : text);
