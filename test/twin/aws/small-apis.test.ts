import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  RunTaskCommand,
  StopTaskCommand,
  waitUntilTasksStopped,
} from '@aws-sdk/client-ecs';
import { GetParameterCommand, GetParametersByPathCommand, GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EcsService, ecsService } from '../../../system/resources/ecs-service.ts';
import { secret } from '../../../system/resources/secret.ts';
import { ssmParameter } from '../../../system/resources/ssm-parameter.ts';
import { type EcsControl, type EcsRunRequest, ecs } from '../../../twin/aws/ecs.ts';
import { Parameters } from '../../../twin/aws/parameters.ts';
import { Secrets } from '../../../twin/aws/secrets.ts';
import { secretsManager } from '../../../twin/aws/secrets-manager.ts';
import { ssm } from '../../../twin/aws/ssm.ts';
import { sts } from '../../../twin/aws/sts.ts';
import { ACCOUNT, arn, grants, resource, role, systemOf } from '../../system/iam/system-of.ts';
import { openedDoor } from './opened-door.ts';
import { callJson, signedFetch } from './signed-fetch.ts';

const SECRET = arn('secretsmanager', 'secret:Db-a1b2c3');
const DEFINITION = arn('ecs', 'task-definition/catalog:1');
const SERVICE = arn('ecs', 'service/shop/Catalog-Service');
const parameter = (name: string, value: string) =>
  resource(ssmParameter, `Shop/Parameters${name}`, { ref: name }, { kind: 'String', value });

const resources = [
  ...Array.from({ length: 12 }, (_, i) => parameter(`/shop/list/p${String(i).padStart(2, '0')}`, `value ${i}`)),
  parameter('/shop/list/deep/er', 'deep'),
  parameter('plain', 'p'),
  resource(secret, 'Shop/Db', { ref: SECRET }, { value: '{"password":"pw"}', generate: undefined }),
  resource(ecsService, 'Shop/Catalog/Service', { ref: SERVICE }, { subnets: ['subnet-1'] } as unknown as EcsService),
  role('Nothing'),
  role('Reader'),
  grants(
    'Reader',
    [
      ['ssm:GetParameter', 'ssm:GetParameters'],
      [arn('ssm', 'parameter/shop/*'), arn('ssm', 'parameter/plain'), arn('ssm', 'parameter/missing')],
    ],
    [['ssm:GetParametersByPath'], [arn('ssm', 'parameter/shop/list')]],
    [['secretsmanager:GetSecretValue'], [`${SECRET.slice(0, -6)}??????`]],
    [['ecs:DescribeServices'], [SERVICE]],
    [['ecs:RunTask'], [DEFINITION]],
    [['ecs:DescribeTasks'], [arn('ecs', 'task/shop/*')]],
    [['ecs:StopTask'], [arn('ecs', 'task/shop/3f2a'), arn('ecs', 'task/shop/gone')]],
  ),
];
const system = { ...systemOf(resources), givenParameters: { '/shop/given': 'by hand' } };

const ran: EcsRunRequest[] = [];
const stopped: [id: string, why: string][] = [];
const task = { id: '3f2a', cluster: 'shop', taskDefinition: 'catalog:1', stoppedReason: undefined };
const control: EcsControl = {
  services: () => [
    {
      name: 'catalog',
      arn: SERVICE,
      cluster: task.cluster,
      taskDefinition: task.taskDefinition,
      desired: 2,
      running: 2,
      pending: 0,
      groups: ['sg-1'],
    },
  ],
  run: async (request: EcsRunRequest) => {
    ran.push(request);
    return { ...task, status: 'PENDING', containers: [{ name: 'app', exitCode: undefined }] };
  },
  task: (id: string) =>
    id === task.id
      ? { ...task, status: 'STOPPED', stoppedReason: 'done', containers: [{ name: 'app', exitCode: 0 }] }
      : undefined,
  stop: (id: string, why: string) => {
    stopped.push([id, why]);
    return id === task.id ? { ...task, status: 'STOPPING', containers: [] } : undefined;
  },
};

let door: Awaited<ReturnType<typeof openedDoor>>;
beforeAll(async () => {
  const secrets = new Secrets(system, join(mkdtempSync(join(tmpdir(), 'secrets-')), 'secrets.json'));
  door = await openedDoor(system, [
    ssm(new Parameters(system)),
    secretsManager(secrets),
    sts(system),
    ecs(system, control),
  ]);
});
afterAll(() => door.close());

const denied = expect.objectContaining({ name: 'AccessDeniedException' });

describe('ssm', () => {
  const client = (who: string) => new SSMClient(door.client('ssm', door.task(who)));

  it('reads a parameter by name or ARN, and says when there is none', async () => {
    const { Parameter } = await client('Reader').send(new GetParameterCommand({ Name: '/shop/list/p01' }));
    expect(Parameter).toMatchObject({
      Name: '/shop/list/p01',
      Value: 'value 1',
      Type: 'String',
      ARN: arn('ssm', 'parameter/shop/list/p01'),
    });
    expect(
      (await client('Reader').send(new GetParameterCommand({ Name: arn('ssm', 'parameter/plain') }))).Parameter?.Value,
    ).toBe('p');
    expect((await client('Reader').send(new GetParameterCommand({ Name: '/shop/given' }))).Parameter).toMatchObject({
      Type: 'String',
      Value: 'by hand',
      ARN: arn('ssm', 'parameter/shop/given'),
    });
    await expect(client('Reader').send(new GetParameterCommand({ Name: 'missing' }))).rejects.toThrow(
      expect.objectContaining({ name: 'ParameterNotFound' }),
    );
  });

  it('reads several, and needs the permission for each', async () => {
    const several = (...Names: string[]) => client('Reader').send(new GetParametersCommand({ Names }));
    expect(await several('plain', 'missing')).toMatchObject({
      Parameters: [{ Value: 'p' }],
      InvalidParameters: ['missing'],
    });
    await expect(several('plain', '/other')).rejects.toThrow(denied);
    expect(door.denials.at(-1)).toMatchObject({ action: 'ssm:GetParameters', resource: arn('ssm', 'parameter/other') });
  });

  it('reads what is below a path, page by page', async () => {
    const page = (more: object) =>
      client('Reader').send(new GetParametersByPathCommand({ Path: '/shop/list', ...more }));
    const first = await page({});
    const second = await page({ NextToken: first.NextToken });
    expect([...first.Parameters!, ...second.Parameters!].map((each) => each.Value)).toEqual(
      Array.from({ length: 12 }, (_, i) => `value ${i}`),
    );
    expect(second.NextToken).toBeUndefined();
    expect((await page({ Recursive: true, MaxResults: 1 })).Parameters?.[0]?.Name).toBe('/shop/list/deep/er');
    await expect(client('Reader').send(new GetParametersByPathCommand({ Path: '/shop' }))).rejects.toThrow(denied);
  });

  it('is closed to a role without statements', async () => {
    await expect(client('Nothing').send(new GetParameterCommand({ Name: 'plain' }))).rejects.toThrow(denied);
  });
});

describe('secrets manager', () => {
  const ask = (who: string, operation: string, SecretId: string) =>
    callJson(door.httpPort, door.task(who), 'secretsmanager', `secretsmanager.${operation}`, { SecretId });

  it('gives a secret by name, ARN or ARN without its ending', async () => {
    for (const id of ['Db', SECRET, SECRET.slice(0, -7)]) {
      expect((await ask('Reader', 'GetSecretValue', id)).output).toMatchObject({
        ARN: SECRET,
        Name: 'Db',
        SecretString: '{"password":"pw"}',
      });
    }
  });

  it('is closed to other roles and other actions', async () => {
    expect(await ask('Nothing', 'GetSecretValue', 'Db')).toMatchObject({
      status: 400,
      output: { __type: 'AccessDeniedException' },
    });
    expect(door.denials.at(-1)).toMatchObject({ action: 'secretsmanager:GetSecretValue', resource: SECRET });
    expect((await ask('Reader', 'DescribeSecret', 'Db')).output.__type).toBe('AccessDeniedException');
    expect((await ask('Reader', 'DeleteSecret', 'Db')).output.__type).toBe('UnknownOperationException');
  });
});

describe('sts', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  it('tells anyone who they are, and strangers nothing', async () => {
    const credentials = door.task('Nothing');
    const { status, text } = await signedFetch(
      door.httpPort,
      credentials,
      'sts',
      form,
      'Action=GetCallerIdentity&Version=2011-06-15',
    );
    expect([status, text]).toEqual([
      200,
      expect.stringContaining(`<Arn>arn:aws:sts::${ACCOUNT}:assumed-role/Nothing/task-Nothing</Arn>`),
    ]);
    const forged = await signedFetch(
      door.httpPort,
      { ...credentials, secretAccessKey: 'x' },
      'sts',
      form,
      'Action=GetCallerIdentity',
    );
    expect([forged.status, forged.text]).toEqual([403, expect.stringContaining('<Code>SignatureDoesNotMatch</Code>')]);
  });
});

describe('ecs', () => {
  it('runs a one-off task the way our tools do it, and tells how it ended', async () => {
    const client = new ECSClient(door.client('ecs', door.task('Reader')));
    const { services } = await client.send(new DescribeServicesCommand({ cluster: 'shop', services: [SERVICE] }));
    expect(services).toMatchObject([{ taskDefinition: DEFINITION, clusterArn: arn('ecs', 'cluster/shop') }]);
    const { taskDefinition, networkConfiguration } = services![0]!;
    expect(networkConfiguration?.awsvpcConfiguration).toMatchObject({
      subnets: ['subnet-1'],
      securityGroups: ['sg-1'],
    });
    const { tasks } = await client.send(
      new RunTaskCommand({
        cluster: 'shop',
        taskDefinition,
        networkConfiguration,
        overrides: {
          containerOverrides: [{ name: 'app', command: ['seed'], environment: [{ name: 'A', value: '1' }] }],
        },
      }),
    );
    expect(ran).toEqual([
      {
        taskDefinition: 'catalog:1',
        overrides: { app: { command: ['seed'], environment: { A: '1' } } },
      },
    ]);
    const waited = await waitUntilTasksStopped(
      { client, maxWaitTime: 10 },
      { cluster: 'shop', tasks: [tasks![0]!.taskArn!] },
    );
    expect(waited.reason.tasks[0]).toMatchObject({ lastStatus: 'STOPPED', containers: [{ name: 'app', exitCode: 0 }] });
    expect((await client.send(new DescribeTasksCommand({ cluster: 'shop', tasks: ['nope'] }))).failures).toHaveLength(
      1,
    );
    const other = new ECSClient(door.client('ecs', door.task('Nothing')));
    await expect(other.send(new RunTaskCommand({ taskDefinition }))).rejects.toThrow(denied);
    expect(ran).toHaveLength(1);
  });

  it('stops a task for whoever may, by its id or its ARN', async () => {
    const client = new ECSClient(door.client('ecs', door.task('Reader')));
    const stop = (id: string, reason?: string) =>
      client.send(new StopTaskCommand({ cluster: 'shop', task: id, reason }));
    expect((await stop('3f2a')).task).toMatchObject({ lastStatus: 'STOPPING', desiredStatus: 'STOPPED' });
    await stop(arn('ecs', 'task/shop/3f2a'), 'drill');
    expect(stopped).toEqual([
      ['3f2a', 'Task stopped by user'],
      ['3f2a', 'drill'],
    ]);
    await expect(stop('gone')).rejects.toThrow('The referenced task was not found.');
    await expect(stop('other')).rejects.toThrow(denied);
    expect(stopped).toHaveLength(3);
  });

  it('refuses a task it would run otherwise than asked', async () => {
    const client = new ECSClient(door.client('ecs', door.task('Reader')));
    const before = ran.length;
    const app = { name: 'app', command: ['seed'] };
    for (const more of [
      { count: 2 },
      { overrides: { taskRoleArn: 'arn:aws:iam::111111111111:role/Other', containerOverrides: [app] } },
      { overrides: { containerOverrides: [{ ...app, cpu: 1024 }] } },
    ]) {
      await expect(client.send(new RunTaskCommand({ taskDefinition: 'catalog:1', ...more }))).rejects.toThrow(
        expect.objectContaining({ name: 'InvalidParameterException' }),
      );
    }
    expect(ran).toHaveLength(before);
  });
});

it('says by name which API the twin does not simulate', async () => {
  const { output } = await callJson(door.httpPort, door.operator(), 'braket', 'Braket.CreateQuantumTask', {});
  expect(output).toMatchObject({
    __type: 'UnknownOperationException',
    message: 'the twin does not simulate braket: CreateQuantumTask',
  });
});
