import type { Context } from '../context.ts';
import { type Route, successStatus } from '../route.ts';
import { requestSpanName } from '../telemetry/request-span.ts';
import { answerWriter, type WriteAnswer } from './answer-writer.ts';
import { type Conditional, conditional } from './entity-tag.ts';
import { type ReadRequest, requestReader } from './request-reader.ts';
import { type ReportSinks, RequestReporter } from './request-reporter.ts';

/** A handler as the server sees it; its types are checked where the routes are declared. */
export type Handler = (input: never, context: Context) => Promise<unknown>;

/** A route with its handler, and everything about it that can be computed once. */
export interface Endpoint {
  readonly route: Route;
  readonly status: number;
  readonly handler: Handler;
  readonly read: ReadRequest;
  /** Writes the answer; undefined if there is no body. */
  readonly write: WriteAnswer | undefined;
  /** How it handles versions of its answer; undefined if the route has none. */
  readonly conditional: Conditional | undefined;
  /** Reports its requests once they are answered. */
  readonly reporter: RequestReporter;
}

/** Makes the endpoint of one operation. */
export const createEndpoint = (name: string, route: Route, handler: Handler, sinks: ReportSinks): Endpoint => ({
  route,
  status: checkedStatus(route),
  handler,
  read: requestReader(route),
  write: route.answer && answerWriter(route.path, route.answer),
  conditional: conditional(route),
  reporter: new RequestReporter(name, requestSpanName(route.method, route.path), route, sinks),
});

function checkedStatus(route: Route): number {
  const status = successStatus(route);
  const where = `${route.method} ${route.path}`;
  if (!Number.isInteger(status) || status < 200 || status > 299) {
    throw new Error(`${where}: status must be from 200 to 299, got ${status}; throw a Problem if it fails`);
  }
  if (route.answer !== undefined && (status === 204 || status === 205)) {
    throw new Error(`${where}: an answer of status ${status} has no body; leave out answer, or choose another status`);
  }
  return status;
}
