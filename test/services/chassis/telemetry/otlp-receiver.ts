import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

const exact = { additionalProperties: false };
const Hex = (digits: number) => Type.String({ pattern: `^[0-9a-f]{${digits}}$` });
const Nanos = Type.String({ pattern: '^[1-9][0-9]{18}$' });
const Scalar = Type.Union([
  Type.Object({ stringValue: Type.String() }, exact),
  Type.Object({ boolValue: Type.Boolean() }, exact),
  Type.Object({ intValue: Type.String({ pattern: '^-?[0-9]+$' }) }, exact),
  Type.Object({ doubleValue: Type.Number() }, exact),
  Type.Object({ doubleValue: Type.Enum(['NaN', 'Infinity', '-Infinity']) }, exact),
]);
const Value = Type.Union([
  Scalar,
  Type.Object({ arrayValue: Type.Object({ values: Type.Array(Scalar) }, exact) }, exact),
]);
const Attributes = Type.Array(Type.Object({ key: Type.String({ minLength: 1 }), value: Value }, exact));

/** A span as OTLP's JSON has it: names in camel case, 64-bit numbers as text, ids as hexadecimal digits. */
const Span = Type.Object(
  {
    traceId: Hex(32),
    spanId: Hex(16),
    parentSpanId: Type.Optional(Hex(16)),
    traceState: Type.Optional(Type.String()),
    flags: Type.Integer({ minimum: 0 }),
    name: Type.String({ minLength: 1 }),
    kind: Type.Integer({ minimum: 1, maximum: 5 }),
    startTimeUnixNano: Nanos,
    endTimeUnixNano: Nanos,
    attributes: Type.Optional(Attributes),
    events: Type.Optional(
      Type.Array(Type.Object({ name: Type.String(), timeUnixNano: Nanos, attributes: Attributes }, exact)),
    ),
    links: Type.Optional(Type.Array(Type.Object({ traceId: Hex(32), spanId: Hex(16), attributes: Attributes }, exact))),
    status: Type.Object(
      { code: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 })), message: Type.Optional(Type.String()) },
      exact,
    ),
  },
  exact,
);
const Traces = Type.Object(
  {
    resourceSpans: Type.Array(
      Type.Object(
        {
          resource: Type.Object({ attributes: Attributes }, exact),
          scopeSpans: Type.Array(
            Type.Object(
              {
                scope: Type.Object({ name: Type.String(), version: Type.Optional(Type.String()) }, exact),
                spans: Type.Array(Span),
              },
              exact,
            ),
          ),
        },
        exact,
      ),
    ),
  },
  exact,
);
const validator = Compile(Traces);

/** A span as it arrived. */
export type ReceivedSpan = Type.Static<typeof Span> & { readonly scope: string; readonly resource: object };

/** An OpenTelemetry collector that takes what the protocol allows and nothing else. */
export class OtlpReceiver {
  readonly #server: Server;
  readonly #waiting: (() => void)[] = [];
  readonly spans: ReceivedSpan[] = [];
  /** What was sent that OTLP does not know. */
  readonly faults: string[] = [];
  /** What it answers next time instead. */
  nextAnswer: { readonly status: number; readonly body: string } | undefined;
  requests = 0;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { status, body } = this.#take(`${request.method} ${request.url}`, request.headers['content-type'], chunks);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      this.requests += 1;
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  /** Listens, and resolves with its base address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves once it has taken so many requests. */
  async received(requests: number): Promise<void> {
    while (this.requests < requests) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(target: string, type: string | undefined, chunks: readonly Buffer[]) {
    const answer = this.nextAnswer;
    this.nextAnswer = undefined;
    if (answer !== undefined) return answer;
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (target !== 'POST /v1/traces' || type !== 'application/json' || !validator.Check(body)) {
      this.faults.push(`${target} ${type} ${JSON.stringify(validator.Errors(body).slice(0, 3))}`);
      return { status: 400, body: '{}' };
    }
    for (const { resource, scopeSpans } of body.resourceSpans) {
      for (const { scope, spans } of scopeSpans) {
        for (const span of spans) {
          if (BigInt(span.endTimeUnixNano) < BigInt(span.startTimeUnixNano))
            this.faults.push(`${span.name} ends early`);
          const attributes = Object.fromEntries(resource.attributes.map(({ key, value }) => [key, value]));
          this.spans.push({ ...span, scope: `${scope.name}@${scope.version}`, resource: attributes });
        }
      }
    }
    return { status: 200, body: '{"partialSuccess":{}}' };
  }
}
