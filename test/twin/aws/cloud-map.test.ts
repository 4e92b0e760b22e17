import {
  DiscoverInstancesCommand,
  type DiscoverInstancesCommandInput,
  ListServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { AppProtocol, Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DnsRecordType, HttpNamespace, PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { readAssembly } from '../../../assembly/read-assembly.ts';
import { readSystem } from '../../../system/read-system.ts';
import { servicesOf } from '../../../system/services-of.ts';
import { cloudMap } from '../../../twin/aws/cloud-map.ts';
import { synthesized } from '../../assembly/synthesized.ts';
import { REGION } from '../../system/iam/system-of.ts';
import { closeAll } from '../at-end.ts';
import { type SmallNetwork, smallNetwork } from '../network/small-network.ts';
import { openedDoor } from './opened-door.ts';

const system = readSystem(
  readAssembly(
    synthesized((app) => {
      const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: REGION } });
      const vpc = new Vpc(stack, 'Vpc', { availabilityZones: [`${REGION}b`], natGateways: 0 });
      const cluster = new Cluster(stack, 'Cluster', { vpc });
      const mesh = new HttpNamespace(stack, 'Mesh', { name: 'mesh' });
      const names = new PrivateDnsNamespace(stack, 'Names', { name: 'shop.local', vpc });
      const service = (id: string) => {
        const taskDefinition = new FargateTaskDefinition(stack, `${id}Task`, { family: id.toLowerCase() });
        taskDefinition.addContainer('app', {
          image: ContainerImage.fromRegistry('app'),
          portMappings: [{ name: 'http', containerPort: 8080, appProtocol: AppProtocol.http }],
          healthCheck: { command: ['true'] },
        });
        return new FargateService(stack, id, { cluster, taskDefinition, circuitBreaker: {}, minHealthyPercent: 100 });
      };
      service('Stock').enableServiceConnect({
        namespace: mesh.namespaceArn,
        services: [{ portMappingName: 'http', discoveryName: 'stock', ingressPortOverride: 18080 }],
      });
      const cloudMapNamespace = names;
      service('Prices').enableCloudMap({ name: 'prices', cloudMapNamespace, dnsRecordType: DnsRecordType.SRV });
      service('Notes').enableCloudMap({ name: 'notes', cloudMapNamespace });
      names.createService('Idle', { name: 'idle' });

      const reader = (id: string) =>
        new Role(stack, id, { roleName: id, assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
      const statement = { actions: ['servicediscovery:DiscoverInstances'], resources: ['*'] };
      reader('Any').addToPolicy(new PolicyStatement(statement));
      const conditions = {
        StringEquals: { 'servicediscovery:NamespaceName': 'mesh', 'servicediscovery:ServiceName': 'stock' },
      };
      reader('StockOnly').addToPolicy(new PolicyStatement({ ...statement, conditions }));
    }),
  ),
);
const services = servicesOf(system);

let network: SmallNetwork;
let door: Awaited<ReturnType<typeof openedDoor>>;
beforeAll(async () => {
  network = await smallNetwork(system, 'shared');
  door = await openedDoor(system, [cloudMap({ system, services, network })]);
});
afterAll(() => Promise.all([door.close(), closeAll()]));

const clientAs = (role: string) => new ServiceDiscoveryClient(door.client('servicediscovery', door.task(role)));

const discover = (input: Partial<DiscoverInstancesCommandInput> = {}, role = 'Any') =>
  clientAs(role).send(new DiscoverInstancesCommand({ NamespaceName: 'mesh', ServiceName: 'stock', ...input }));

const idsOf = async (input: Partial<DiscoverInstancesCommandInput> = {}) =>
  (await discover(input)).Instances?.map(({ InstanceId }) => InstanceId);

async function task(service: string, id: string, healthy = true) {
  const seat = await network.seat(services.find(({ name }) => name === service)!, id);
  seat.run();
  if (healthy) seat.report('container', true);
  return seat;
}

describe('DiscoverInstances', () => {
  it('names the tasks of Service Connect at the port its proxy takes calls on', async () => {
    const seat = await task('stock', 'one');
    expect((await discover()).Instances).toEqual([
      {
        InstanceId: 'one',
        NamespaceName: 'mesh',
        ServiceName: 'stock',
        HealthStatus: 'HEALTHY',
        Attributes: { AWS_INSTANCE_IPV4: seat.address, AWS_INSTANCE_PORT: '18080' },
      },
    ]);
    await seat.leave();
    expect(await idsOf()).toEqual([]);
  });

  it('names the tasks of a registry as ECS registers them, with a port where it has one', async () => {
    const seats = [await task('prices', 'price'), await task('notes', 'note')];
    const [prices, notes] = await Promise.all(
      ['prices', 'notes'].map((ServiceName) => discover({ NamespaceName: 'shop.local', ServiceName })),
    );
    const where = { AVAILABILITY_ZONE: `${REGION}b`, REGION, ECS_CLUSTER_NAME: expect.any(String) };
    expect(prices?.Instances?.[0]?.Attributes).toEqual({
      ...where,
      AWS_INSTANCE_IPV4: seats[0]!.address,
      AWS_INSTANCE_PORT: '8080',
      ECS_SERVICE_NAME: expect.stringContaining('Prices'),
      ECS_TASK_DEFINITION_FAMILY: 'prices',
    });
    expect(notes?.Instances?.[0]?.Attributes).not.toHaveProperty('AWS_INSTANCE_PORT');
    await Promise.all(seats.map((seat) => seat.leave()));
  });

  it('follows a task from its start to its SIGTERM', async () => {
    const seat = await task('stock', 'one', false);
    const states = async () => (await discover()).Instances?.map(({ HealthStatus }) => HealthStatus);
    expect(await states()).toEqual(['UNHEALTHY']);
    seat.report('container', true);
    expect(await states()).toEqual(['HEALTHY']);
    seat.drain();
    expect(await states()).toEqual([]);
    await seat.leave();
  });

  it('has a revision that changes with the tasks, not with their health', async () => {
    const revision = async () => (await discover()).InstancesRevision;
    const seat = await task('stock', 'one', false);
    const first = await revision();
    seat.report('container', true);
    expect(await revision()).toBe(first);
    await seat.leave();
    expect(await revision()).toBeGreaterThan(first!);
  });

  it('filters by health, by attributes and by number', async () => {
    const seats = [await task('stock', 'one'), await task('stock', 'two', false)];
    expect(await idsOf()).toEqual(['one', 'two']);
    expect(await idsOf({ HealthStatus: 'HEALTHY' })).toEqual(['one']);
    expect(await idsOf({ HealthStatus: 'UNHEALTHY' })).toEqual(['two']);
    expect(await idsOf({ HealthStatus: 'HEALTHY_OR_ELSE_ALL' })).toEqual(['one']);
    seats[0]!.report('container', false);
    expect(await idsOf({ HealthStatus: 'HEALTHY' })).toEqual([]);
    expect(await idsOf({ HealthStatus: 'HEALTHY_OR_ELSE_ALL' })).toEqual(['one', 'two']);
    expect(await idsOf({ MaxResults: 1 })).toEqual(['one']);
    const AWS_INSTANCE_IPV4 = seats[1]!.address;
    expect(await idsOf({ QueryParameters: { AWS_INSTANCE_IPV4 } })).toEqual(['two']);
    expect(await idsOf({ OptionalParameters: { AWS_INSTANCE_IPV4 } })).toEqual(['two']);
    expect(await idsOf({ QueryParameters: { AWS_INSTANCE_IPV4: '192.0.2.1' } })).toEqual([]);
    expect(await idsOf({ OptionalParameters: { AWS_INSTANCE_IPV4: '192.0.2.1' } })).toEqual(['one', 'two']);
    await Promise.all(seats.map((seat) => seat.leave()));
  });

  it('says what is not there, and what cannot be asked', async () => {
    expect(await idsOf({ NamespaceName: 'shop.local', ServiceName: 'idle' })).toEqual([]);
    await expect(discover({ NamespaceName: 'shop' })).rejects.toMatchObject({ name: 'NamespaceNotFound' });
    await expect(discover({ ServiceName: 'idle' })).rejects.toMatchObject({ name: 'ServiceNotFound' });
    await expect(discover({ MaxResults: 1001 })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'MaxResults must be a whole number from 1 to 1000, got 1001',
    });
  });

  it('is judged by namespace and service as well', async () => {
    expect((await discover({}, 'StockOnly')).Instances).toEqual([]);
    await expect(discover({ NamespaceName: 'shop.local', ServiceName: 'idle' }, 'StockOnly')).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    await expect(discover({}, 'Nothing')).rejects.toMatchObject({
      message: expect.stringContaining(
        'is not authorized to perform: servicediscovery:DiscoverInstances on resource: *',
      ),
    });
    expect(door.denials.map(({ why }) => why)).toEqual([
      expect.stringContaining('allows it only if {"StringEquals":{"servicediscovery:NamespaceName":"mesh"'),
      expect.stringContaining('no statement of Nothing allows it'),
    ]);
  });
});

it('says by name which operation of Cloud Map the twin does not simulate', async () => {
  await expect(clientAs('Any').send(new ListServicesCommand({}))).rejects.toThrow(
    'the twin does not simulate servicediscovery:ListServices',
  );
});
