import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bitString, boolean, explicit, implicit, integer, octets, oid, sequence, set, time, utf8 } from './der.ts';

/** The front door's certificate, and the authority clients must trust. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** PEM file of the authority that signed it, for `NODE_EXTRA_CA_CERTS`. */
  readonly authorityFile: string;
}

const DAY = 86_400_000;
const LIFE = 397 * DAY;

/** A new certificate for these host names, wildcards included. Only the authority goes to disk, keys stay in memory. */
export function certificateFor(names: readonly string[], folder: string): Certificate {
  const now = Date.now();
  const authorityFile = join(folder, 'authority.pem');
  const authority = authorityOf(now);
  const leaf = leafOf(names, authority, now);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The authority's key is dropped at once, so nobody can sign other names with it.
  writeFileSync(authorityFile, authority.pem, { mode: 0o600 });
  return { key: leaf.key, cert: leaf.pem, authorityFile };
}

/** Host names of AWS as clients in a region use them. */
export const awsHostNames = (region: string): readonly string[] => [
  '*.amazonaws.com',
  ...[region, 'us-east-1']
    .filter((each, index, all) => all.indexOf(each) === index)
    .flatMap((each) => [
      `*.${each}.amazonaws.com`,
      `*.${each}.api.aws`,
      ...['ecr', 'dkr.ecr', 's3', 'ddb', 'execute-api', 'dualstack'].map(
        (service) => `*.${service}.${each}.amazonaws.com`,
      ),
    ]),
];

interface Signed {
  readonly pem: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  readonly name: Buffer;
  readonly keyId: Buffer;
}

const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  subjectAltName: '2.5.29.17',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
} as const;

/** Bits of the key-usage extension, most significant first. */
const SIGN_CERTIFICATES = Buffer.from([0x06]);
const SIGN = Buffer.from([0x80]);

function authorityOf(now: number): Signed {
  return make('Mosaic twin authority', now, undefined, () => [
    extension(OID.basicConstraints, sequence(boolean(true), integer(0)), true),
    extension(OID.keyUsage, bitString(SIGN_CERTIFICATES, 1), true),
  ]);
}

function leafOf(names: readonly string[], authority: Signed, now: number): Signed {
  return make('Mosaic twin', now, authority, () => [
    extension(OID.basicConstraints, sequence(), true),
    extension(OID.keyUsage, bitString(SIGN, 7), true),
    extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuthentication))),
    extension(OID.subjectAltName, sequence(...names.map((name) => implicit(2, Buffer.from(name, 'latin1'))))),
    extension(OID.authorityKeyId, sequence(implicit(0, authority.keyId))),
  ]);
}

function make(
  commonName: string,
  now: number,
  issuer: Signed | undefined,
  extensions: () => readonly Buffer[],
): Signed {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha1').update(publicKey).digest();
  const name = sequence(set(sequence(oid(OID.commonName), utf8(commonName))));
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const body = sequence(
    explicit(0, integer(2)),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    issuer?.name ?? name,
    sequence(time(new Date(now - DAY)), time(new Date(now - DAY + LIFE))),
    name,
    publicKey,
    explicit(3, sequence(extension(OID.subjectKeyId, octets(keyId)), ...extensions())),
  );
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey);
  const der = sequence(body, algorithm, bitString(signature, 0));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { pem: new X509Certificate(der).toString(), key, privateKey, name, keyId };
}

const extension = (id: string, value: Buffer, critical = false): Buffer =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
