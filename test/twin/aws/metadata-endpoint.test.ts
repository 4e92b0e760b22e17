import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Identities } from '../../../twin/aws/identities.ts';
import {
  METADATA_ADDRESS,
  type MetadataEndpoint,
  type MetadataTask,
  openMetadataEndpoint,
} from '../../../twin/aws/metadata-endpoint.ts';

let now = Date.parse('2026-11-21T12:00:00Z');
const identities = new Identities(() => now);
let endpoint: MetadataEndpoint;

beforeAll(async () => {
  endpoint = await openMetadataEndpoint({ identities, region: 'eu-west-1' });
});
afterAll(() => endpoint.close());

const task = (id: string): MetadataTask => ({
  principal: { name: 'web', path: 'Shop/Web', roleArn: 'arn:aws:iam::1:role/Web', task: id },
  id,
  arn: `arn:aws:ecs:eu-west-1:1:task/shop/${id}`,
  cluster: 'arn:aws:ecs:eu-west-1:1:cluster/shop',
  family: 'web',
  revision: '1',
  service: 'web',
  zone: 'eu-west-1b',
  cpu: 256,
  memoryMiB: 512,
  containers: [
    { name: 'app', image: 'web:1' },
    { name: 'agent', image: 'agent:1' },
  ],
});

const get = async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${endpoint.port}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

it('gives each task credentials of its own, in the form the SDK reads', async () => {
  const [one, other] = [endpoint.variables(task('t1'), 'app'), endpoint.variables(task('t2'), 'app')];
  const { body } = await get(one.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI!);
  expect(body).toMatchObject({ RoleArn: 'arn:aws:iam::1:role/Web', Expiration: '2026-11-21T18:00:00Z' });
  expect(identities.of(body.AccessKeyId!)?.credentials).toMatchObject({
    secretAccessKey: body.SecretAccessKey,
    sessionToken: body.Token,
  });
  expect((await get(other.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI!)).body.AccessKeyId).not.toBe(body.AccessKeyId);
  expect(endpoint.variables(task('t1'), 'agent').AWS_CONTAINER_CREDENTIALS_RELATIVE_URI).toBe(
    one.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI,
  );
});

it('gives new credentials before the old ones end, and the same until then', async () => {
  const uri = endpoint.variables(task('t3'), 'app').AWS_CONTAINER_CREDENTIALS_RELATIVE_URI!;
  const first = (await get(uri)).body.AccessKeyId;
  expect((await get(uri)).body.AccessKeyId).toBe(first);
  now += 5.6 * 3_600_000;
  expect((await get(uri)).body.AccessKeyId).not.toBe(first);
});

it('tells a container what it is and in which task', async () => {
  const { ECS_CONTAINER_METADATA_URI_V4: uri } = endpoint.variables(task('t4'), 'agent');
  const path = uri!.replace(`http://${METADATA_ADDRESS}`, '');
  expect((await get(path)).body).toMatchObject({ Name: 'agent', Image: 'agent:1' });
  expect((await get(`${path}/task`)).body).toMatchObject({
    TaskARN: 'arn:aws:ecs:eu-west-1:1:task/shop/t4',
    Family: 'web',
    Containers: [{ Name: 'app' }, { Name: 'agent' }],
  });
});

it('gives no credentials to a task without a role, to a guess, or to a task that is gone', async () => {
  expect(endpoint.variables({ ...task('t5'), principal: undefined }, 'app')).not.toHaveProperty(
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  );
  expect((await get('/v2/credentials/')).status).toBe(404);
  const uri = endpoint.variables(task('t6'), 'app').AWS_CONTAINER_CREDENTIALS_RELATIVE_URI!;
  expect((await get(uri)).status).toBe(200);
  endpoint.forget('t6');
  expect((await get(uri)).status).toBe(404);
});
