import { AwsError } from './aws-error.ts';
import type { SignedRequest } from './sigv4.ts';

/** The parameters of a call, by name. */
export type Input = Readonly<Record<string, unknown>>;

/** How an API's calls and answers look on the wire. */
export interface Protocol {
  operation(request: SignedRequest): string;
  input(request: SignedRequest): Input;
  output(operation: string, output: object, requestId: string): Message;
  error(error: AwsError, requestId: string): Message;
}

/** An answer as it goes out. */
export interface Message {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (version: string, errorType: (code: string) => string): Protocol => {
  const contentType = `application/x-amz-json-${version}`;
  return {
    operation: (request) => String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, ''),
    input: ({ body }) => {
      try {
        return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Input);
      } catch {
        throw new AwsError('SerializationException', 'the body is not JSON');
      }
    },
    output: (_, output) => ({ status: 200, contentType, body: JSON.stringify(output) }),
    error: ({ code, message, status }) => ({
      status,
      contentType,
      body: JSON.stringify({ __type: errorType(code), Message: message, message }),
    }),
  };
};

/** `application/x-amz-json-1.0`: DynamoDB. */
export const json10 = json('1.0', (code) => `com.amazon.coral.service#${code}`);

/** `application/x-amz-json-1.1`: SSM, Secrets Manager, ECS, Cloud Map. */
export const json11 = json('1.1', (code) => code);

/** Codes that have another name in the older XML APIs. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  UnrecognizedClientException: 'InvalidClientTokenId',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  ExpiredTokenException: 'ExpiredToken',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  IncompleteSignatureException: 'IncompleteSignature',
  UnknownOperationException: 'InvalidAction',
};

/** A form in, XML out: STS. */
export const query = (namespace: string): Protocol => ({
  operation: (request) => new URLSearchParams(request.body.toString('utf8')).get('Action') ?? '',
  input: ({ body }) => Object.fromEntries(new URLSearchParams(body.toString('utf8'))),
  output: (operation, output, requestId) => ({
    status: 200,
    contentType: 'text/xml',
    body:
      `<${operation}Response xmlns="${namespace}"><${operation}Result>${xml(output)}</${operation}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
  }),
  error: ({ code, message, status }, requestId) => ({
    status: status === 400 ? 403 : status,
    contentType: 'text/xml',
    body:
      `<ErrorResponse xmlns="${namespace}">${xml({ Error: { Type: 'Sender', Code: QUERY_CODES[code] ?? code, Message: message } })}` +
      `<RequestId>${requestId}</RequestId></ErrorResponse>`,
  }),
});

/** APIs that put everything into method and path, such as S3. */
export const rest: Protocol = {
  operation: (request) => `${request.method} ${request.url.split('?', 1)[0]}`,
  input: () => ({}),
  output: (_, output) => ({ status: 200, contentType: 'application/json', body: JSON.stringify(output) }),
  error: ({ code, message, status }, requestId) => ({
    status,
    contentType: 'application/xml',
    body: `<?xml version="1.0" encoding="UTF-8"?>${xml({ Error: { Code: code, Message: message, RequestId: requestId } })}`,
  }),
};

/** The likely protocol of a request, for errors before its API is known. */
export function protocolOf(request: SignedRequest): Protocol {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-amz-json-1.0')) return json10;
  if (request.headers['x-amz-target'] !== undefined) return json11;
  if (type.startsWith('application/x-www-form-urlencoded')) return query('https://amazonaws.com/doc/');
  return rest;
}

function xml(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => `<member>${xml(each)}</member>`).join('');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([name, each]) => `<${name}>${xml(each)}</${name}>`)
      .join('');
  }
  return String(value).replace(/[<>&]/g, (char) => ({ '<': '&lt;', '>': '&gt;' })[char] ?? '&amp;');
}
