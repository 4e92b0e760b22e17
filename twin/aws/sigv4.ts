import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials, Identities, Identity } from './identities.ts';

/** A request as its signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, as on the wire. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Who signed, for which region and API; or why the signature is not accepted. */
export type Verification =
  | { readonly valid: true; readonly identity: Identity; readonly region: string; readonly service: string }
  | {
      readonly valid: false;
      readonly service: string | undefined;
      readonly code: SignatureFault;
      readonly message: string;
    };

/** The codes by which AWS refuses a signature. */
export type SignatureFault =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'UnrecognizedClientException'
  | 'InvalidSignatureException'
  | 'ExpiredTokenException';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})$/;
const SKEW = 5 * 60_000;
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** Checks signatures in the `Authorization` header (Signature Version 4). */
export class SignatureVerifier {
  readonly #identities: Identities;
  readonly #clock: () => number;
  readonly #keys = new Map<string, Buffer>();

  constructor(identities: Identities, clock: () => number = Date.now) {
    this.#identities = identities;
    this.#clock = clock;
  }

  /** Says who signed a request, or why nobody did. */
  verify(request: SignedRequest): Verification {
    const header = request.headers.authorization;
    if (header === undefined)
      return fault(undefined, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
    const match = AUTHORIZATION.exec(header);
    const time = request.headers['x-amz-date'];
    if (!match || typeof time !== 'string') {
      return fault(
        undefined,
        'IncompleteSignatureException',
        `Authorization header is no AWS4-HMAC-SHA256 signature: ${header}`,
      );
    }
    const [, accessKeyId, day, region, service, signedHeaders, signature] = match as unknown as string[];
    const identity = this.#identities.of(accessKeyId!);
    if (!identity || request.headers['x-amz-security-token'] !== identity.credentials.sessionToken) {
      return fault(service, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    const now = this.#clock();
    if (now >= identity.credentials.expires) {
      return fault(service, 'ExpiredTokenException', 'The security token included in the request is expired');
    }
    const sent = timeOf(time);
    if (!(Math.abs(now - sent) <= SKEW) || !time.startsWith(day!)) {
      return fault(
        service,
        'InvalidSignatureException',
        `Signature expired or not yet current: ${time} is more than 5 min. from ${stamp(now)}`,
      );
    }

    const scope = `${day}/${region}/${service}/aws4_request`;
    const canonical = canonicalRequest(request, signedHeaders!, service!);
    const key = canonical && this.#signingKey(identity.credentials, day!, region!, service!);
    if (!key || !same(hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`), signature!)) {
      return fault(service, 'InvalidSignatureException', MISMATCH);
    }
    return { valid: true, identity, region: region!, service: service! };
  }

  #signingKey(credentials: Credentials, day: string, region: string, service: string): Buffer {
    const id = `${credentials.accessKeyId}/${day}/${region}/${service}`;
    let key = this.#keys.get(id);
    if (!key) {
      // Most are of past days and tasks; the few still needed are derived again in microseconds.
      if (this.#keys.size >= 1000) this.#keys.clear();
      key = hmac(hmac(hmac(hmac(`AWS4${credentials.secretAccessKey}`, day), region), service), 'aws4_request');
      this.#keys.set(id, key);
    }
    return key;
  }
}

const fault = (service: string | undefined, code: SignatureFault, message: string): Verification => ({
  valid: false,
  service,
  code,
  message,
});

/** The canonical form both sides hash; undefined if the body does not match the hash in its header. */
function canonicalRequest(request: SignedRequest, signedHeaders: string, service: string): string | undefined {
  const question = request.url.indexOf('?');
  const path = question < 0 ? request.url : request.url.slice(0, question);
  const query = question < 0 ? '' : canonicalQuery(request.url.slice(question + 1));
  let headers = '';
  for (const name of signedHeaders.split(';')) headers += `${name}:${headerText(request.headers[name])}\n`;
  const payload = payloadHash(request);
  return (
    payload && `${request.method}\n${canonicalPath(path, service)}\n${query}\n${headers}\n${signedHeaders}\n${payload}`
  );
}

function payloadHash({ headers, body }: SignedRequest): string | undefined {
  const declared = headers['x-amz-content-sha256'];
  // For unsigned and chunked payloads the signature covers this word, not the body.
  if (typeof declared === 'string' && /^(UNSIGNED-PAYLOAD|STREAMING-)/.test(declared)) return declared;
  const actual = sha256(body);
  return declared === undefined || declared === actual ? actual : undefined;
}

/** Every API but S3 encodes the path once more. */
function canonicalPath(path: string, service: string): string {
  if (path === '/' || service === 's3') return path;
  return path.split('/').map(encode).join('/');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  const pairs = query.split('&').map((pair) => {
    const equals = pair.indexOf('=');
    const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    return [recode(name), recode(value)] as const;
  });
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  pairs.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

const recode = (text: string): string => {
  try {
    return encode(decodeURIComponent(text));
  } catch {
    return text;
  }
};

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const headerText = (value: string | string[] | undefined): string =>
  value === undefined ? '' : (Array.isArray(value) ? value.join(',') : value).trim().replace(/ {2,}/g, ' ');

const sha256 = (data: string | Buffer): string => hash('sha256', data);
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const same = (computed: Buffer, signature: string): boolean => timingSafeEqual(computed, Buffer.from(signature, 'hex'));

/** Milliseconds of `20261121T120000Z`; NaN for anything else. */
function timeOf(time: string): number {
  if (!/^\d{8}T\d{6}Z$/.test(time)) return Number.NaN;
  const part = (start: number, length: number): number => Number(time.slice(start, start + length));
  return Date.UTC(part(0, 4), part(4, 2) - 1, part(6, 2), part(9, 2), part(11, 2), part(13, 2));
}

const stamp = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
