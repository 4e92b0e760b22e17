import { createHash, createHmac } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Credentials, Identities } from '../../../twin/aws/identities.ts';
import { SignatureVerifier, type SignedRequest } from '../../../twin/aws/sigv4.ts';

const HOUR = 3_600_000;
let now: number;
let identities: Identities;
let credentials: Credentials;
let verifier: SignatureVerifier;

beforeEach(() => {
  now = Date.parse('2026-11-21T12:00:00Z');
  identities = new Identities(() => now);
  credentials = identities.issue({ name: 'web', path: 'Shop/Web', roleArn: 'arn:aws:iam::1:role/Web', task: 't1' });
  verifier = new SignatureVerifier(identities, () => now);
});

class Sha256 {
  #hash;
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }
  update(data: string | Uint8Array) {
    this.#hash.update(data);
  }
  async digest() {
    return this.#hash.digest();
  }
  reset() {}
}

/** A request as the AWS SDK's own signer signs it. */
async function signed(
  more: {
    path?: string;
    query?: Record<string, string | string[]>;
    body?: string;
    headers?: Record<string, string>;
    at?: number;
    service?: string;
    by?: Credentials;
  } = {},
): Promise<SignedRequest> {
  const { path = '/', query = {}, body = '{"a":1}', service = 'dynamodb', by = credentials } = more;
  const signer = new SignatureV4({
    service,
    region: 'eu-west-1',
    credentials: by,
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
  });
  const headers = { host: 'dynamodb.eu-west-1.amazonaws.com', 'x-amz-target': 'a  b ', ...more.headers };
  const request = { method: 'POST', protocol: 'https:', hostname: headers.host, path, query, headers, body };
  const options = { signingDate: new Date(more.at ?? now) };
  const result = (await signer.sign(request as never, options)) as unknown as Pick<SignedRequest, 'headers'>;
  const search = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return {
    method: 'POST',
    url: path + (search.length > 0 ? `?${search.join('&')}` : ''),
    headers: result.headers,
    body: Buffer.from(body),
  };
}

const outcome = (request: SignedRequest) => {
  const verification = verifier.verify(request);
  return verification.valid ? 'valid' : verification.code;
};

describe('a signature', () => {
  it('of the AWS SDK is accepted, and says who signed for which API', async () => {
    expect(verifier.verify(await signed())).toMatchObject({
      valid: true,
      region: 'eu-west-1',
      service: 'dynamodb',
      identity: { principal: { name: 'web', task: 't1' } },
    });
  });

  it('covers paths and queries that need encoding', async () => {
    expect(outcome(await signed({ path: '/a b/%C3%BC/(x)', service: 'execute-api' }))).toBe('valid');
    expect(outcome(await signed({ path: '/a%20b', service: 's3' }))).toBe('valid');
    expect(outcome(await signed({ query: { 'b c': ['2', '1'], B: 'ü*', a: '' } }))).toBe('valid');
  });

  it('takes an unsigned payload at its word, and no other word', async () => {
    const unsigned = await signed({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } });
    expect(outcome({ ...unsigned, body: Buffer.from('other') })).toBe('valid');
    const hashed = await signed({
      headers: { 'x-amz-content-sha256': createHash('sha256').update('{"a":1}').digest('hex') },
    });
    expect(outcome(hashed)).toBe('valid');
    expect(outcome({ ...hashed, body: Buffer.from('other') })).toBe('InvalidSignatureException');
  });

  it.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['body', (request) => ({ ...request, body: Buffer.from('{"a":2}') })],
    ['path', (request) => ({ ...request, url: '/other' })],
    ['method', (request) => ({ ...request, method: 'GET' })],
    ['query', (request) => ({ ...request, url: '/?x=1' })],
    ['header', (request) => ({ ...request, headers: { ...request.headers, 'x-amz-target': 'c' } })],
  ])('does not fit a changed %s', async (_, change) => {
    expect(outcome(change(await signed()))).toBe('InvalidSignatureException');
  });

  it('must be current', async () => {
    expect(outcome(await signed({ at: now - 299_000 }))).toBe('valid');
    expect(outcome(await signed({ at: now - 301_000 }))).toBe('InvalidSignatureException');
    expect(outcome(await signed({ at: now + 301_000 }))).toBe('InvalidSignatureException');
  });

  it('must be of credentials that are known, whole and not expired', async () => {
    const stranger = new Identities(() => now).issue({
      name: 'x',
      path: '',
      roleArn: 'arn:aws:iam::1:role/X',
      task: 'x',
    });
    expect(outcome(await signed({ by: stranger }))).toBe('UnrecognizedClientException');
    expect(outcome(await signed({ by: { ...credentials, sessionToken: 'other' } }))).toBe(
      'UnrecognizedClientException',
    );
    expect(outcome(await signed({ by: { ...credentials, secretAccessKey: 'other' } }))).toBe(
      'InvalidSignatureException',
    );
    now += 6 * HOUR;
    expect(outcome(await signed())).toBe('ExpiredTokenException');
  });

  it('must be there', async () => {
    const { headers, ...request } = await signed();
    const { authorization, ...others } = headers;
    expect(outcome({ ...request, headers: others })).toBe('MissingAuthenticationTokenException');
    expect(outcome({ ...request, headers: { ...others, authorization: 'Bearer x' } })).toBe(
      'IncompleteSignatureException',
    );
  });
});

describe('identities', () => {
  it('renew credentials in good time, and the old ones stay good until they end', async () => {
    const principal = identities.of(credentials.accessKeyId)!.principal as never;
    expect(identities.renew(principal, credentials)).toBe(credentials);
    now += 5.6 * HOUR;
    const next = identities.renew(principal, credentials);
    expect(next.accessKeyId).not.toBe(credentials.accessKeyId);
    expect(outcome(await signed())).toBe('valid');
    expect(outcome(await signed({ by: next }))).toBe('valid');
  });

  it('forget a task that is gone', async () => {
    identities.revoke('t1');
    expect(outcome(await signed())).toBe('UnrecognizedClientException');
  });
});
