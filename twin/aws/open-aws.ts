import { join } from 'node:path';
import { arn } from '../../system/resources/arn.ts';
import type { Service } from '../../system/service.ts';
import { servicesOf } from '../../system/services-of.ts';
import type { System } from '../../system/system.ts';
import { tables } from '../../system/tables.ts';
import { taskZone } from '../../system/task-zone.ts';
import { Closing } from '../closing.ts';
import { type DynamoDbEngine, startDynamoDb } from '../engines/dynamodb.ts';
import type { Network } from '../network/network.ts';
import type { Progress } from '../progress.ts';
import type { Reaper } from '../reaper.ts';
import type { Denial } from '../report/denial.ts';
import type { Clearance } from '../tasks/clearance.ts';
import type { AwsApi } from './api.ts';
import { awsHostNames, certificateFor } from './certificate.ts';
import { clearTask } from './clear-task.ts';
import { cloudMap } from './cloud-map.ts';
import { dynamoDb } from './dynamodb.ts';
import { type EcsControl, ecs } from './ecs.ts';
import { openFrontDoor } from './front-door.ts';
import { Identities } from './identities.ts';
import { METADATA_ADDRESS, openMetadataEndpoint } from './metadata-endpoint.ts';
import { Parameters } from './parameters.ts';
import { Secrets } from './secrets.ts';
import { secretsManager } from './secrets-manager.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';

/** What AWS on the twin is made from. */
export interface AwsOptions {
  readonly system: System;
  readonly network: Network;
  /** The twin's data folder. */
  readonly folder: string;
  readonly control: EcsControl;
  readonly denied: (denial: Denial) => void;
  readonly progress: Progress;
  /** Ends the engines if the twin is killed. */
  readonly reaper: Pick<Reaper, 'add' | 'remove'>;
}

/** AWS as a twin's tasks see it. */
export interface Aws {
  /** Variables that point the user's AWS CLI and tools here, with permission to do anything. */
  readonly toolEnvironment: Readonly<Record<string, string>>;
  /** Whether ECS would start a task of this service, and with which secrets. */
  clear(service: Service, task: string): Clearance;
  /** What ECS puts into a container's environment, so that the SDK finds its credentials, region and certificate. */
  variables(service: Service, task: string, container: string): Readonly<Record<string, string>>;
  /** A task is gone: its credentials are no longer valid. */
  forget(task: string): void;
  close(): Promise<void>;
}

/** Opens the APIs of AWS the templates' tasks may call, behind one front door. */
export async function openAws(props: AwsOptions): Promise<Aws> {
  const { system, network, folder, denied } = props;
  const closing = new Closing();
  try {
    const identities = new Identities();
    const operator = identities.issue({ name: 'operator', operator: true });
    const parameters = new Parameters(system);
    const secrets = new Secrets(system, join(folder, 'secrets.json'));
    const engine = await engineOf(props, closing);
    const certificate = certificateFor(awsHostNames(system.region), join(folder, 'certificate'));
    const apis: AwsApi[] = [
      ...engine,
      ssm(parameters),
      secretsManager(secrets),
      sts(system),
      ecs(system, props.control),
      cloudMap({ system, services: servicesOf(system), network }),
    ];
    const door = await openFrontDoor({ system, identities, apis, certificate, denied });
    closing.after(door, (open) => open.close());
    const aws = network.join({ id: 'aws', name: 'AWS', path: 'AWS', groups: [], vpcAddress: undefined });
    network.publish(aws.address, 443, ['127.0.0.1', door.httpsPort]);
    for (const ending of ['.amazonaws.com', '.api.aws']) network.name(ending, aws.address);
    const metadata = await openMetadataEndpoint({ identities, region: system.region });
    closing.after(metadata, (open) => open.close());
    network.publish(METADATA_ADDRESS, 80, ['127.0.0.1', metadata.port]);

    return {
      toolEnvironment: {
        AWS_ENDPOINT_URL: `http://127.0.0.1:${door.httpPort}`,
        AWS_REGION: system.region,
        AWS_ACCESS_KEY_ID: operator.accessKeyId,
        AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
        AWS_SESSION_TOKEN: operator.sessionToken,
      },
      clear: (service, task) => clearTask({ system, service, task, parameters, secrets, denied }),
      variables: (service, task, container) => ({
        ...metadata.variables(metadataOf(system, service, task), container),
        NODE_EXTRA_CA_CERTS: certificate.authorityFile,
      }),
      forget: (task) => metadata.forget(task),
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** DynamoDB, if the templates have tables. */
async function engineOf({ system, folder, progress, reaper }: AwsOptions, closing: Closing): Promise<AwsApi[]> {
  if (tables(system).length === 0) return [];
  const began = performance.now();
  const engine: DynamoDbEngine = await startDynamoDb({
    folder: join(folder, 'dynamodb'),
    engines: join(folder, 'engines'),
    endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB,
    progress: (text) => progress('engines', text),
    reaper,
  });
  closing.after(engine, (started) => started.close());
  await engine.createTables(system);
  progress('engines', 'dynamodb', performance.now() - began);
  return [closing.after(dynamoDb(system, engine.url), (api) => api.close())];
}

function metadataOf(system: System, service: Service, task: string) {
  const { definition, cluster, name, path } = service;
  const { taskRole } = definition;
  const [family, revision] = definition.revision.split(':') as [string, string];
  return {
    id: task,
    arn: arn(system, 'ecs', `task/${cluster}/${task}`),
    principal: taskRole === undefined ? undefined : { name, path, roleArn: taskRole, task },
    cluster: arn(system, 'ecs', `cluster/${cluster}`),
    family,
    revision,
    service: name,
    zone: taskZone(system, service),
    cpu: definition.cpu,
    memoryMiB: definition.memoryMiB,
    containers: definition.containers,
  };
}
