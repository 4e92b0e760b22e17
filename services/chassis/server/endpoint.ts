import type { Context } from '../context.ts';
import { type Route, successStatus } from '../route.ts';
import { requestSpanName } from '../telemetry/request-span.ts';
import { answerWriter, type WriteAnswer } from './answer-writer.ts';
import { type Conditional, conditional } from './entity-tag.ts';
import { type ReadRequest, requestReader } from './request-reader.ts';
import { type ReportSinks, RequestReporter } from './request-reporter.ts';

/** A handler as the server sees it, its types checked where the routes were declared. */
export type Handler = (input: never, context: Context) => Promise<unknown>;

/** A route with the code behind it, and everything about it that can be worked out once. */
export interface Endpoint {
  readonly route: Route;
  readonly status: number;
  readonly handler: Handler;
  readonly read: ReadRequest;
  /** Writes the answer; undefined where there is no body. */
  readonly write: WriteAnswer | undefined;
  /** What it does about versions of its answer; undefined where the route does not tell them apart. */
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
    throw new Error(`${where}: status must be from 200 to 299, got ${status}; throw a Problem where it fails`);
  }
  if (route.answer !== undefined && (status === 204 || status === 205)) {
    throw new Error(`${where}: an answer of status ${status} has no body; leave out answer, or take another status`);
  }
  return status;
}
