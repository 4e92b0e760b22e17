import type { Honesty } from './honesty.ts';
import type { Take } from './take.ts';

/** Reads a property of a resource; references are resolved when it is first asked for. */
export type Property = (name: string) => unknown;

type Note = Pick<Honesty, 'verdict' | 'why'>;

const SIMULATED: Note = { verdict: 'simulated', why: 'the twin acts on it' };

const NOT_ACTED_ON = 'the twin does not act on it, AWS does';

/** Why properties that many types share do no harm when nothing acts on them. */
const SHARED: Readonly<Record<string, string>> = { Tags: 'tags name and bill, they move nothing' };

/** What the places inside one resource write to. */
interface Recorded {
  readonly notes: Map<string, Note>;
  /** Paths of objects and lists a reader looked into. */
  readonly opened: Set<string>;
  whole: Note | undefined;
}

/** Hands the properties of one resource to its reader and writes down what becomes of each. */
export class Recorder {
  readonly #names: readonly string[];
  readonly #property: Property;
  readonly #record: Recorded = { notes: new Map(), opened: new Set(), whole: undefined };

  constructor(names: readonly string[], property: Property) {
    this.#names = names;
    this.#property = property;
  }

  /** The way to the properties at the top of the resource. */
  get take(): Take {
    return new Taking('', this.#property, () => this.#names, this.#record);
  }

  /** What became of the resource as a whole, where its reader does not leave that to its properties. */
  get whole(): Note | undefined {
    return this.#record.whole;
  }

  /** What became of each property; one no reader took is accepted, at the shallowest path that covers it. */
  *notes(): Iterable<readonly [property: string, note: Note]> {
    yield* this.#record.notes;
    for (const name of this.#names) yield* this.#untaken(name, this.#lookAt(name), SHARED[name] ?? NOT_ACTED_ON);
  }

  *#untaken(path: string, value: unknown, why: string): Iterable<readonly [string, Note]> {
    if (value === undefined || this.#record.notes.has(path)) return;
    if (!this.#isTakenFrom(path)) yield [path, { verdict: 'accepted', why }];
    else for (const [key, child] of Object.entries(value ?? {})) yield* this.#untaken(`${path}.${key}`, child, why);
  }

  #isTakenFrom(path: string): boolean {
    const { opened, notes } = this.#record;
    return opened.has(path) && [...notes.keys()].some((taken) => taken.startsWith(`${path}.`));
  }

  /** A value that cannot be resolved does no harm as long as no reader takes it. */
  #lookAt(name: string): unknown {
    try {
      return this.#property(name);
    } catch {
      return null;
    }
  }
}

/** A place inside the properties: the top, an object, an item of a list. */
class Taking implements Take {
  readonly #prefix: string;
  readonly #property: Property;
  readonly #keys: () => readonly string[];
  readonly #record: Recorded;

  constructor(prefix: string, property: Property, keys: () => readonly string[], record: Recorded) {
    this.#prefix = prefix;
    this.#property = property;
    this.#keys = keys;
    this.#record = record;
  }

  string(property: string): string | undefined {
    return this.#scalar(property, 'text', (value) => (isScalar(value) ? String(value) : undefined));
  }

  number(property: string): number | undefined {
    return this.#scalar(property, 'a number', (value) => {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    });
  }

  boolean(property: string): boolean | undefined {
    return this.#scalar(property, 'true or false', (value) => {
      if (value === true || value === 'true') return true;
      return value === false || value === 'false' ? false : undefined;
    });
  }

  strings(property: string): readonly string[] {
    const list = (value: unknown): readonly string[] | undefined =>
      Array.isArray(value) && value.every(isScalar) ? value.map(String) : undefined;
    return this.#scalar(property, 'a list of plain values', list) ?? [];
  }

  whole(property: string): unknown {
    return this.#scalar(property, 'a value', (value) => value);
  }

  object(property: string): Take | undefined {
    const value = this.#property(property);
    if (value === undefined) return undefined;
    if (!isObject(value)) {
      this.#malformed(property, 'an object', value);
      return undefined;
    }
    return this.#open(this.path(property), value);
  }

  objects(property: string): readonly Take[] {
    const value = this.#property(property);
    if (value === undefined) return [];
    if (!Array.isArray(value) || !value.every(isObject)) {
      this.#malformed(property, 'a list of objects', value);
      return [];
    }
    const path = this.path(property);
    this.#record.opened.add(path);
    if (value.length === 0) this.#record.notes.set(path, SIMULATED);
    return value.map((item, index) => this.#open(`${path}.${index}`, item));
  }

  accept(property: string, why: string): void {
    if (this.#property(property) !== undefined) this.#note(property, { verdict: 'accepted', why });
  }

  refuse(property: string, why: string): void {
    if (this.#property(property) !== undefined) this.#note(property, { verdict: 'refused', why });
  }

  acceptAll(why: string): void {
    this.#record.whole ??= { verdict: 'accepted', why };
  }

  refuseAll(why: string): void {
    if (this.#record.whole?.verdict !== 'refused') this.#record.whole = { verdict: 'refused', why };
  }

  peek(property: string): unknown {
    return this.#property(property);
  }

  keys(): readonly string[] {
    return this.#keys();
  }

  path(property: string): string {
    return this.#prefix + property;
  }

  #scalar<T>(property: string, expected: string, convert: (value: unknown) => T | undefined): T | undefined {
    const value = this.#property(property);
    if (value === undefined) return undefined;
    const converted = convert(value);
    if (converted === undefined) this.#malformed(property, expected, value);
    else this.#note(property, SIMULATED);
    return converted;
  }

  #open(path: string, value: Readonly<Record<string, unknown>>): Take {
    this.#record.opened.add(path);
    const keys = Object.keys(value);
    if (keys.length === 0) this.#record.notes.set(path, SIMULATED);
    return new Taking(
      `${path}.`,
      (name) => value[name],
      () => keys,
      this.#record,
    );
  }

  #malformed(property: string, expected: string, value: unknown): void {
    const got = JSON.stringify(value) ?? String(value);
    this.#note(property, {
      verdict: 'refused',
      why: `${expected} was expected, got ${got.length > 60 ? `${got.slice(0, 59)}…` : got}; CloudFormation would refuse it`,
    });
  }

  /** A refusal stands even if the property is taken as well. */
  #note(property: string, note: Note): void {
    const path = this.path(property);
    if (this.#record.notes.get(path)?.verdict !== 'refused') this.#record.notes.set(path, note);
  }
}

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
