import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';

/** The name and attributes of a request's span; one object serves all requests of a route. */
export interface RequestSpanName {
  /** `GET /products/{id}`; without a route the method alone, because the number of paths is unlimited. */
  readonly name: string;
  /** `http.request.method` and `http.route`. */
  readonly attributes: Attributes;
}

/** The span name of a route. */
export const requestSpanName = (method: string, route: string): RequestSpanName => ({
  name: `${method} ${route}`,
  attributes: { 'http.request.method': method, 'http.route': route },
});

/** Ends the span of a request with its answer: 500 and above are failures of ours, below that the caller's. */
export function endRequestSpan(span: Span, { name, attributes }: RequestSpanName, status: number): void {
  // First, because a failed span is exported and takes attributes from then on.
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  if (span.isRecording()) {
    span.updateName(name);
    span.setAttributes(attributes);
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) span.setAttribute('error.type', String(status));
  }
  span.end();
}
