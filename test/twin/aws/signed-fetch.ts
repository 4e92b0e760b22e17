import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '../../../twin/aws/identities.ts';
import { REGION } from '../../system/iam/system-of.ts';

/** Calls an API for which no SDK client is installed here, signed by hand. */
export async function signedFetch(
  port: number,
  as: Credentials,
  service: string,
  headers: Record<string, string>,
  body: string,
) {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/${REGION}/${service}/aws4_request`;
  const sent: Record<string, string> = {
    ...headers,
    host: `127.0.0.1:${port}`,
    'x-amz-date': time,
    'x-amz-security-token': as.sessionToken,
  };
  const names = Object.keys(sent).sort();
  const sha = (text: string) => createHash('sha256').update(text).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const canonical = `POST\n/\n\n${names.map((name) => `${name}:${sent[name]}\n`).join('')}\n${names.join(';')}\n${sha(body)}`;
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${as.secretAccessKey}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha(canonical)}`).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${as.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { ...sent, authorization },
    body,
  });
  return { status: response.status, text: await response.text() };
}

/** A call in the JSON protocol. */
export async function callJson(port: number, as: Credentials, service: string, target: string, input: object) {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const { status, text } = await signedFetch(port, as, service, headers, JSON.stringify(input));
  return { status, output: JSON.parse(text) as Record<string, string> };
}
