import type { TSchema } from 'typebox';
import type { Validator } from 'typebox/compile';
import { PathTemplate } from '../path-template.ts';
import { Problem, type ProblemError } from '../problem.ts';
import type { Route } from '../route.ts';
import { declaredPart } from './declared.ts';
import { readIfMatch } from './entity-tag.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import { BODY_LIMIT, type BodySource, readJson } from './json-body.ts';
import { schemaValidator } from './schema-validator.ts';
import { textReader, valueReader } from './text-values.ts';

/** A request's parts as they arrived. */
export interface RawRequest {
  /** Values of the path's parameters, in order, percent-encoded. */
  readonly values: readonly string[];
  /** The query string, without its question mark. */
  readonly search: string;
  readonly request: BodySource;
}

/** A request's parts by name; those the route does not declare are undefined. */
export interface RequestInput {
  params: unknown;
  query: unknown;
  ifMatch: unknown;
  idempotencyKey: unknown;
  body: unknown;
}

/** Reads the parts that the route declares; returns a promise only if a body has to arrive first. */
export type ReadRequest = (raw: RawRequest) => RequestInput | Promise<RequestInput>;

type ReadPart = (raw: RawRequest) => unknown;

const nothing: ReadPart = () => undefined;

/** Makes the function that turns a request into the input of a route, or throws a problem that says what is wrong. */
export function requestReader(route: Route): ReadRequest {
  const { names } = new PathTemplate(route.path);
  checkNames(route, names);
  const { query, ifMatch, idempotencyKey } = route;
  const readParams = names.length > 0 ? checked('params', paramsReader(route, names), route.params) : nothing;
  const readQuery = query ? checked('query', queryReader(query), query) : nothing;
  const readVersion: ReadPart = ifMatch
    ? ({ request }) => readIfMatch(request.headers, ifMatch === 'required')
    : nothing;
  const readKey: ReadPart = idempotencyKey
    ? ({ request }) => readIdempotencyKey(request.headers, idempotencyKey === 'required')
    : nothing;
  const readBody = route.body && bodyReader(route.body, route.bodyLimit ?? BODY_LIMIT);
  return (raw) => {
    // All members at once, because an object that grows is reallocated.
    const input: RequestInput = {
      params: readParams(raw),
      query: readQuery(raw),
      ifMatch: readVersion(raw),
      idempotencyKey: readKey(raw),
      body: undefined,
    };
    return readBody === undefined ? input : readBody(raw, input);
  };
}

function checked(part: string, read: ReadPart, schema: TSchema | undefined): ReadPart {
  if (schema === undefined) return read;
  const validator = schemaValidator(schema);
  return (raw) => {
    const value = read(raw);
    if (!validator.Check(value)) throw invalid(part, validator, value);
    return value;
  };
}

function bodyReader(schema: TSchema, limit: number): (raw: RawRequest, input: RequestInput) => Promise<RequestInput> {
  const validator = schemaValidator(schema);
  const declared = declaredPart(schema);
  return async (raw, input) => {
    const body = await readJson(raw.request, limit);
    try {
      if (!validator.Check(body)) throw invalid('body', validator, body);
      input.body = declared(body);
    } catch (error) {
      // A schema that leads to itself is followed as deeply as the body goes.
      if (error instanceof RangeError)
        throw new Problem('invalid-request', 'the body is nested too deeply; flatten it');
      throw error;
    }
    return input;
  };
}

function checkNames(route: Route, names: readonly string[]): void {
  const declared = Object.keys(route.params?.properties ?? {});
  if (route.params !== undefined && declared.toSorted().join() !== names.toSorted().join()) {
    throw new Error(
      `${route.method} ${route.path}: params declares ${declared.join(', ') || 'nothing'}; declare the names in the path`,
    );
  }
}

function paramsReader(route: Route, names: readonly string[]): ReadPart {
  const readers = names.map((name) => valueReader(route.params?.properties[name] ?? {}));
  return ({ values }) => {
    const params: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index++) params[names[index]!] = readers[index]!(decoded(values[index]!));
    return params;
  };
}

function queryReader(schema: NonNullable<Route['query']>): ReadPart {
  const read = textReader(schema);
  const none = (): readonly string[] => [];
  return ({ search }) => {
    if (search === '') return read(none);
    const query = new URLSearchParams(search);
    return read((name) => query.getAll(name));
  };
}

function decoded(value: string): string {
  const text = value.includes('%') ? unescaped(value) : value;
  // A proxy in front may take these for steps through the path, and let another path through.
  if (text === '.' || text === '..') throw new Problem('malformed-request', `got ${value} as a segment of the path`);
  return text;
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Problem('malformed-request', `got ${value} in the path, which is not percent-encoded UTF-8`);
  }
}

function invalid(part: string, validator: Validator, value: unknown): Problem {
  const errors: ProblemError[] = validator
    .Errors(value)
    .slice(0, 10)
    .map(({ instancePath, message }) => ({ at: `${part}${instancePath}`, message }));
  return new Problem('invalid-request', errors.map(({ at, message }) => `${at} ${message}`).join('; '), { errors });
}
