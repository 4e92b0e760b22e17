import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { expect, it } from '@jest/globals';
import { awsHostNames, certificateFor } from '../../../twin/aws/certificate.ts';

const folder = () => join(mkdtempSync(join(tmpdir(), 'certificate-')), 'tls');

async function trusts(
  host: string,
  authority: string | undefined,
  { key, cert } = certificateFor(awsHostNames('eu-west-1'), folder()),
) {
  const server = createServer({ key, cert }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const socket = connect({
      port: (server.address() as AddressInfo).port,
      host: '127.0.0.1',
      servername: host,
      ...(authority && { ca: authority }),
    });
    return await new Promise<string>((resolve) => {
      socket
        .on('secureConnect', () => resolve('trusted'))
        .on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
    }).finally(() => socket.destroy());
  } finally {
    server.close();
  }
}

it.each([
  'sts.amazonaws.com',
  'dynamodb.eu-west-1.amazonaws.com',
  'sts.us-east-1.amazonaws.com',
  `111122223333.dkr.ecr.eu-west-1.amazonaws.com`,
  'api.ecr.eu-west-1.amazonaws.com',
])('is trusted as %s by who knows its authority, and by nobody else', async (host) => {
  const certificate = certificateFor(awsHostNames('eu-west-1'), folder());
  const authority = readFileSync(certificate.authorityFile, 'utf8');
  expect(await trusts(host, authority, certificate)).toBe('trusted');
  expect(await trusts(host, undefined, certificate)).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/);
  expect(await trusts('example.com', authority, certificate)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

it('leaves no private key on the disk', () => {
  const { authorityFile, key } = certificateFor(['*.a'], folder());
  expect(key).toContain('PRIVATE KEY');
  expect(readdirSync(dirname(authorityFile))).toEqual(['authority.pem']);
  expect(readFileSync(authorityFile, 'utf8')).not.toContain('PRIVATE KEY');
});
