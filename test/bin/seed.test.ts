import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';

interface AwsCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Answers of the account, by operation; a list is used one by one. */
type Answers = Record<string, object | object[]>;

const parameters = {
  '/mosaic/prod/platform/v1/cluster-name': 'cluster-1',
  '/mosaic/prod/services/catalog/v1/service-name': 'catalog-1',
  '/mosaic/prod/services/catalog/v1/container-name': 'app',
};
const network = {
  awsvpcConfiguration: { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' },
};
const strategy = [{ capacityProvider: 'FARGATE', weight: 1 }];
const service = {
  status: 'ACTIVE',
  taskDefinition: 'arn:task-definition:7',
  networkConfiguration: network,
  capacityProviderStrategy: strategy,
};
const stopped = (container: object) => ({
  tasks: [
    {
      taskArn: 'arn:task/1',
      lastStatus: 'STOPPED',
      stoppedReason: 'Essential container exited',
      containers: [{ name: 'app', ...container }],
    },
  ],
});

const healthy: Answers = {
  GetParameters: { Parameters: Object.entries(parameters).map(([Name, Value]) => ({ Name, Value })) },
  DescribeServices: { services: [service] },
  RunTask: { tasks: [{ taskArn: 'arn:task/1' }], failures: [] },
  DescribeTasks: [{ tasks: [{ taskArn: 'arn:task/1', lastStatus: 'RUNNING' }] }, stopped({ exitCode: 0 })],
};

let server: Server | undefined;
afterEach(() => void server?.close());

/** Runs the command against a server that gives these answers in the SDK's own protocol. */
async function seed(args: readonly string[], answers: Answers = healthy, environment: NodeJS.ProcessEnv = {}) {
  const calls: AwsCall[] = [];
  const left = structuredClone(answers);
  server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1]!;
    calls.push({ operation, input: JSON.parse(Buffer.concat(await request.toArray()).toString()) });
    const answer = left[operation] ?? { __type: 'UnknownOperationException' };
    const body = Array.isArray(answer) ? ((answer.length > 1 ? answer.shift() : answer[0]) as object) : answer;
    response.writeHead('__type' in body ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/seed.ts'), ...args], {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
  });
  const [stdout, stderr] = await Promise.all(
    [child.stdout, child.stderr].map((stream) => stream.setEncoding('utf8').toArray()),
  );
  const code = await new Promise((resolve) =>
    child.exitCode === null ? child.once('exit', resolve) : resolve(child.exitCode),
  );
  return { code, stdout: stdout!.join(''), stderr: stderr!.join(''), calls };
}

describe('npm run seed', () => {
  it('runs one more task like those of the service, with the seed as its command, and waits for its end', async () => {
    const { code, stdout, calls } = await seed(['--stage', 'prod']);
    expect(calls.map(({ operation }) => operation)).toEqual([
      'GetParameters',
      'DescribeServices',
      'RunTask',
      'DescribeTasks',
      'DescribeTasks',
      'DescribeTasks',
    ]);
    expect(calls[0]!.input).toEqual({ Names: Object.keys(parameters) });
    expect(calls[1]!.input).toEqual({ cluster: 'cluster-1', services: ['catalog-1'] });
    expect(calls[2]!.input).toMatchObject({
      cluster: 'cluster-1',
      taskDefinition: 'arn:task-definition:7',
      networkConfiguration: network,
      capacityProviderStrategy: strategy,
      overrides: { containerOverrides: [{ name: 'app', command: ['node', 'seed.js'] }] },
    });
    expect(stdout).toBe('catalog in prod: node seed.js: exit code 0 (Essential container exited)\n');
    expect(code).toBe(0);
  });

  it("passes on the task's exit code", async () => {
    const answers = { ...healthy, DescribeTasks: stopped({ exitCode: 3 }) };
    expect(await seed(['--stage', 'prod', '--command', 'node other.js  --all'], answers)).toMatchObject({
      code: 3,
      stdout: 'catalog in prod: node other.js  --all: exit code 3 (Essential container exited)\n',
      calls: expect.arrayContaining([
        {
          operation: 'RunTask',
          input: expect.objectContaining({
            overrides: { containerOverrides: [{ name: 'app', command: ['node', 'other.js', '--all'] }] },
          }),
        },
      ]),
    });
  });

  it('fails if the task never ran, in the words of ECS', async () => {
    const answers = { ...healthy, DescribeTasks: stopped({ reason: 'CannotPullContainerError' }) };
    expect(await seed(['--stage', 'prod'], answers)).toMatchObject({
      code: 1,
      stdout: 'catalog in prod: node seed.js: exit code none (Essential container exited: CannotPullContainerError)\n',
    });
  });

  it.each<[string, string[], Answers, NodeJS.ProcessEnv, number, string]>([
    [
      'nothing is deployed',
      ['--stage', 'prod'],
      { GetParameters: { Parameters: [] } },
      {},
      1,
      'catalog is not deployed in stage prod',
    ],
    [
      'the service is gone',
      ['--stage', 'prod'],
      { ...healthy, DescribeServices: { services: [] } },
      {},
      1,
      'service catalog-1 is not active in cluster cluster-1, got nothing; deploy it',
    ],
    [
      'no task can start',
      ['--stage', 'prod'],
      { ...healthy, RunTask: { tasks: [], failures: [{ reason: 'RESOURCE:ENI' }] } },
      {},
      1,
      'ECS started no task of catalog-1: RESOURCE:ENI',
    ],
    [
      'it is not allowed',
      ['--stage', 'prod'],
      { GetParameters: { __type: 'AccessDeniedException', message: 'no' } },
      {},
      1,
      'this identity needs ssm:GetParameters',
    ],
    [
      'nobody is signed in',
      ['--stage', 'prod'],
      healthy,
      { AWS_ACCESS_KEY_ID: '', HOME: '/nowhere' },
      1,
      'sign in, for example by',
    ],
    [
      'no region is known',
      ['--stage', 'prod'],
      healthy,
      { AWS_REGION: undefined, HOME: '/nowhere' },
      1,
      'AWS_REGION=eu-west-1',
    ],
    ['no stage is named', [], healthy, {}, 2, '--stage is missing'],
    ['an option is unknown', ['--stages', 'prod'], healthy, {}, 2, '--stages'],
  ])('says what to do where %s', async (_, args, answers, environment, exitCode, message) => {
    const { code, stdout, stderr } = await seed(args, answers, environment);
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(2);
    expect([code, stdout]).toEqual([exitCode, '']);
  });

  it('explains itself', async () => {
    expect(await seed(['--help'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('--stage NAME'),
    });
  });
});
