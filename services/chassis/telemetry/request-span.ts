import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';

/** What the span of a request is called and says of its route; one object serves all requests of the route. */
export interface RequestSpanName {
  /** `GET /products/{id}`; where there is no route, the method alone, for paths are without number. */
  readonly name: string;
  /** `http.request.method` and `http.route`. */
  readonly attributes: Attributes;
}

/** The span name of a route. */
export const requestSpanName = (method: string, route: string): RequestSpanName => ({
  name: `${method} ${route}`,
  attributes: { 'http.request.method': method, 'http.route': route },
});

/** Ends the span of a request with its answer: 500 and above are failures of ours, what is below is the caller's. */
export function endRequestSpan(span: Span, { name, attributes }: RequestSpanName, status: number): void {
  // First: a span that failed is told, so it takes attributes from then on.
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  if (span.isRecording()) {
    span.updateName(name);
    span.setAttributes(attributes);
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) span.setAttribute('error.type', String(status));
  }
  span.end();
}
