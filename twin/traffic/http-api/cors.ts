import type { HttpApiCors } from '../../../system/resources/http-api.ts';
import { answer, type Exchange } from '../http/exchange.ts';

/** Headers of a backend that are dropped, because the API has CORS rules of its own. */
const BACKEND_SAYS: Readonly<Record<string, undefined>> = {
  'access-control-allow-origin': undefined,
  'access-control-allow-credentials': undefined,
  'access-control-allow-headers': undefined,
  'access-control-allow-methods': undefined,
  'access-control-expose-headers': undefined,
  'access-control-max-age': undefined,
};

/** Applies an API's CORS rules to an exchange; true if it was a preflight request, which this answers. */
export const applyCors = (cors: HttpApiCors, exchange: Exchange): boolean => {
  const { origin, 'access-control-request-method': asksFor } = exchange.headers;
  const allowed = typeof origin === 'string' ? allowedOrigin(cors, origin) : undefined;
  const preflight = exchange.method === 'OPTIONS' && origin !== undefined && asksFor !== undefined;
  const granted: Record<string, string | undefined> = {};
  if (allowed !== undefined) {
    granted['access-control-allow-origin'] = allowed;
    if (cors.allowCredentials) granted['access-control-allow-credentials'] = 'true';
    if (preflight) {
      granted['access-control-allow-methods'] = list(cors.allowMethods);
      granted['access-control-allow-headers'] = list(cors.allowHeaders);
      granted['access-control-max-age'] = cors.maxAgeSeconds?.toString();
    } else {
      granted['access-control-expose-headers'] = list(cors.exposeHeaders);
    }
  }
  Object.assign(exchange.stamp, BACKEND_SAYS, granted);
  if (preflight && answer(exchange, 204, {})) exchange.response.end();
  return preflight;
};

const allowedOrigin = ({ allowOrigins, allowCredentials }: HttpApiCors, origin: string): string | undefined => {
  if (allowOrigins.includes('*')) return allowCredentials ? origin : '*';
  const anyOfScheme = `${origin.slice(0, origin.indexOf('://'))}://*`;
  return allowOrigins.includes(origin) || allowOrigins.includes(anyOfScheme) ? origin : undefined;
};

const list = (values: readonly string[]): string | undefined => (values.length === 0 ? undefined : values.join(','));
