import type { Static, TObject, TSchema } from 'typebox';
import type { Context } from './context.ts';
import type { ProblemCode, ProblemKind } from './problem.ts';

/**
 * One operation of a service, as data: the server checks by it, the client calls by it, the OpenAPI document shows it.
 */
export interface Route {
  /** Its HTTP method. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces: `/catalog/products/{id}`. */
  readonly path: `/${string}`;
  /** What it does, in a few words. @default - none */
  readonly summary?: string;
  /** The parameters of the path. @default - any text for each of them */
  readonly params?: TObject;
  /** The query parameters; any others are ignored. @default - none */
  readonly query?: TObject;
  /** The JSON body it takes; only what is declared here reaches the handler. @default - none */
  readonly body?: TSchema;
  /** Most bytes the server reads of a body. @default 131072 */
  readonly bodyLimit?: number;
  /** The JSON it answers on success; only what is declared here goes out. @default - nothing, status 204 */
  readonly answer?: TSchema;
  /** Most bytes a client reads of an answer. @default 4194304 */
  readonly answerLimit?: number;
  /** The status it answers on success. @default - 200, or 204 without an answer */
  readonly status?: number;
  /**
   * How to tell versions of the answer apart: `'content'` takes a hash of its JSON, a function returns the version. It
   * goes out as `ETag`, and a GET whose `If-None-Match` names it is answered with 304. @default - no `ETag`
   */
  readonly etag?: 'content' | ((answer: never) => string);
  /**
   * Whether a caller may or must name the version it changes, in `If-Match`; the handler compares. @default - not read
   */
  readonly ifMatch?: 'optional' | 'required';
  /** Whether a caller may or must send an `Idempotency-Key`: the same key again means the same request. @default - not read */
  readonly idempotencyKey?: 'optional' | 'required';
  /** Under overload, requests to other routes are turned away before its own. @default false */
  readonly critical?: boolean;
  /** Problems it answers with, besides those every route can have. @default - none */
  readonly problems?: readonly (ProblemCode | ProblemKind)[];
  /**
   * Serves the infrastructure around the service: no access line, not in the OpenAPI document, does not prolong
   * draining. @default false
   */
  readonly internal?: boolean;
}

/** The routes of a service, by the name of the operation. */
export type Routes = Readonly<Record<string, Route>>;

type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

type ParamsOf<R extends Route> = R extends { readonly params: infer S extends TSchema }
  ? { readonly params: Static<S> }
  : [NamesIn<R['path']>] extends [never]
    ? unknown
    : { readonly params: { readonly [Name in NamesIn<R['path']>]: string } };

type QueryOf<R extends Route> = R extends { readonly query: infer S extends TSchema }
  ? { readonly query: Static<S> }
  : unknown;

type BodyOf<R extends Route> = R extends { readonly body: infer S extends TSchema }
  ? { readonly body: Static<S> }
  : unknown;

type IfMatchOf<R extends Route> = R extends { readonly ifMatch: 'required' }
  ? { readonly ifMatch: string }
  : R extends { readonly ifMatch: 'optional' }
    ? { readonly ifMatch?: string | undefined }
    : unknown;

type IdempotencyKeyOf<R extends Route> = R extends { readonly idempotencyKey: 'required' }
  ? { readonly idempotencyKey: string }
  : R extends { readonly idempotencyKey: 'optional' }
    ? { readonly idempotencyKey?: string | undefined }
    : unknown;

/**
 * What a caller passes and a handler gets: those of `params`, `query`, `body`, `ifMatch` and `idempotencyKey` that the
 * route declares. `ifMatch` is the version without its quotes, or `*` for any.
 */
export type Input<R extends Route> = ParamsOf<R> & QueryOf<R> & BodyOf<R> & IfMatchOf<R> & IdempotencyKeyOf<R>;

/** What a handler returns and a caller gets. */
export type Answer<R extends Route> = R extends { readonly answer: infer S extends TSchema } ? Static<S> : undefined;

/** One operation; a server's handler and a client's call look the same, so one can stand in for the other. */
export type Operation<R extends Route> = (input: Input<R>, context: Context) => Promise<Answer<R>>;

/** One operation per route. */
export type Operations<T extends Routes> = { readonly [Name in keyof T]: Operation<T[Name]> };

/** Declares routes; keeps their exact types. */
export const defineRoutes = <const T extends Routes>(routes: T): T => routes;

/** The status a route answers on success. */
export const successStatus = (route: Route): number => route.status ?? (route.answer === undefined ? 204 : 200);
