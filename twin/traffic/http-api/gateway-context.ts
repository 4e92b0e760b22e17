import type { Exchange } from '../http/exchange.ts';
import { newTraceId } from '../http/trace-id.ts';

/** Adds the headers that tell the integration who asked; API Gateway itself writes no `X-Forwarded-For`. */
export const announce = ({ headers, client }: Exchange): void => {
  const forwarded = `by=127.0.0.1;for=${client};host=${headers.host ?? ''};proto=http`;
  headers.forwarded = headers.forwarded === undefined ? forwarded : `${headers.forwarded}, ${forwarded}`;
  headers.via = 'HTTP/1.1 AmazonAPIGateway';
  headers['x-amzn-trace-id'] ??= `Root=${newTraceId()}`;
};

/** Where in an API a request arrived. */
export interface GatewayPlace {
  readonly api: string;
  readonly stage: string;
  readonly routeKey: string;
  readonly requestId: string;
  /** Without the stage's name. */
  readonly path: string;
}

/** The values of names after `$context.`, looked up on demand; empty for a name the twin does not know. */
export const contextOf = (exchange: Exchange, place: GatewayPlace): ((name: string) => string) => {
  const { method, headers, client } = exchange;
  return (name) => String(CONTEXT[name]?.({ method, headers, client }, place) ?? '');
};

type Known = Pick<Exchange, 'method' | 'headers' | 'client'>;

const CONTEXT: Readonly<Record<string, (exchange: Known, place: GatewayPlace) => unknown>> = {
  apiId: (_, { api }) => api,
  stage: (_, { stage }) => stage,
  routeKey: (_, { routeKey }) => routeKey,
  requestId: (_, { requestId }) => requestId,
  extendedRequestId: (_, { requestId }) => requestId,
  httpMethod: ({ method }) => method,
  path: (_, { stage, path }) => (stage === '$default' ? path : `/${stage}${path}`),
  protocol: () => 'HTTP/1.1',
  domainName: ({ headers }) => headers.host,
  requestTimeEpoch: () => Date.now(),
  'identity.sourceIp': ({ client }) => client,
  'identity.userAgent': ({ headers }) => headers['user-agent'],
};
