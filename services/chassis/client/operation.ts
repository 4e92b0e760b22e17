import { type Span, SpanKind, type SpanOptions } from '@opentelemetry/api';
import type { Destination } from '../balance/destination.ts';
import type { Context } from '../context.ts';
import { errorMessage } from '../error-message.ts';
import type { Fallback } from '../policy/degradable.ts';
import type { Guard } from '../policy/guard.ts';
import type { Route } from '../route.ts';
import type { Runtime } from '../runtime.ts';
import { failSpan } from '../telemetry/in-span.ts';
import { answerReader } from './answer.ts';
import { Call, type CallHome } from './call.ts';
import { callMeter, failureKind } from './call-meter.ts';
import { type CallInput, type CallRequest, requestMaker } from './call-request.ts';

export interface OperationProps {
  readonly service: string;
  /** Its name in the routes. */
  readonly name: string;
  readonly route: Route;
  readonly fallback: Fallback<unknown> | undefined;
  readonly destination: Destination;
  readonly guard: Guard;
  /** Longest a call may take in all. */
  readonly timeoutMs: number;
}

/** A larger answer is a fault of the callee, unless the route allows it. */
const ANSWER_LIMIT = 4 * 1024 * 1024;

/** Makes the function that calls one route; whatever is the same for every call is computed here. */
export function createOperation(props: OperationProps, runtime: Runtime) {
  const { service, name, route, fallback, destination, guard, timeoutMs } = props;
  const { clock } = runtime;
  const home: CallHome = {
    service,
    method: route.method,
    destination,
    read: answerReader(service, route.path, route.answer, clock),
    answerLimit: route.answerLimit ?? ANSWER_LIMIT,
  };
  const meter = callMeter(service, name, runtime);
  const requestOf = requestMaker(route);
  const spanName = `${route.method} ${route.path}`;
  const spanOptions: SpanOptions = {
    kind: SpanKind.CLIENT,
    attributes: { 'peer.service': service, 'http.request.method': route.method, 'url.template': route.path },
  };

  /** Outside all failure handling: no fallback may hide a bug in the caller's own code. */
  const written = (input: CallInput): CallRequest => {
    try {
      return requestOf(input);
    } catch (cause) {
      throw new Error(`${service} ${name} cannot be called like this: ${errorMessage(cause)}`, { cause });
    }
  };

  const failed = (error: unknown, began: number, call: Call, span: Span): void => {
    span.setAttribute('error.type', failureKind(error));
    if (meter.failed(error, began, call)) failSpan(span, error);
  };

  return async (input: CallInput, context: Context): Promise<unknown> => {
    const request = written(input);
    const step = context.step(spanName, spanOptions, timeoutMs);
    const began = clock.elapsed();
    const call = new Call(home, request, step);
    try {
      if (fallback === undefined) {
        const value = await guard.execute(call);
        meter.succeeded(began, call);
        return value;
      }
      const answer = await guard.executeOr(call, fallback);
      if (answer.kind === 'whole') meter.succeeded(began, call);
      else {
        failed(answer.why, began, call, step.span);
        meter.degraded(answer.why, context.log);
      }
      return answer;
    } catch (error) {
      failed(error, began, call, step.span);
      throw error;
    } finally {
      step.deadline.settle();
      if (step.span.isRecording()) call.describe(step.span);
      step.span.end();
    }
  };
}
