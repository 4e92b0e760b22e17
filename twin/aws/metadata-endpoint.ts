import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { closed, listenOnPort } from '../local-server.ts';
import type { Credentials, Identities, TaskPrincipal } from './identities.ts';

/** Where a task reaches the endpoint, on port 80; the address plan maps it to this machine. */
export const METADATA_ADDRESS = '169.254.170.2';

/** What the endpoint needs. */
export interface MetadataEndpointOptions {
  readonly identities: Identities;
  readonly region: string;
}

/** What the endpoint tells a task about itself. */
export interface MetadataTask {
  /** Its identity in AWS; undefined for a task without a role, which gets no credentials. */
  readonly principal: TaskPrincipal | undefined;
  readonly id: string;
  readonly arn: string;
  /** ARN of the cluster. */
  readonly cluster: string;
  readonly family: string;
  readonly revision: string;
  readonly service: string;
  readonly zone: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
}

/** What ECS serves to each task at 169.254.170.2: its credentials and its metadata. */
export interface MetadataEndpoint {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Variables of a task's container by which the AWS SDK finds the endpoint. */
  variables(task: MetadataTask, container: string): Record<string, string>;
  /** Forgets a task and its credentials. */
  forget(task: string): void;
  close(): Promise<void>;
}

/** Opens the endpoint. */
export async function openMetadataEndpoint({ identities, region }: MetadataEndpointOptions): Promise<MetadataEndpoint> {
  const wallets = new Map<string, Wallet>();
  const walletOf = new Map<string, string>();
  const containers = new Map<string, { readonly task: MetadataTask; readonly container: string }>();

  const answer = (path: string): object | undefined => {
    const [, version, ...rest] = path.split('/');
    if (version === 'v2' && rest[0] === 'credentials') {
      const wallet = wallets.get(rest[1] ?? '');
      return wallet && shownCredentials(wallet, identities);
    }
    const found = version === 'v4' ? containers.get(rest[0] ?? '') : undefined;
    if (!found) return undefined;
    if (rest.length === 1) return shownContainer(found.task, found.container);
    return rest[1] === 'task' ? shownTask(found.task) : undefined;
  };

  const server = createServer((request, response) => {
    const found = answer(request.url!.replace(/\?.*$/, '').replace(/\/$/, ''));
    response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? { code: 'NotFound', message: `nothing is known at ${request.url}` }));
  });

  return {
    port: await listenOnPort(server),
    variables: (task, container) => {
      const id = randomUUID();
      containers.set(id, { task, container });
      return {
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
        ECS_CONTAINER_METADATA_URI_V4: `http://${METADATA_ADDRESS}/v4/${id}`,
        ...(task.principal && {
          AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: `/v2/credentials/${openWallet(task.principal)}`,
        }),
      };
    },
    forget: (task) => {
      for (const [id, each] of containers) if (each.task.id === task) containers.delete(id);
      wallets.delete(walletOf.get(task) ?? '');
      walletOf.delete(task);
      identities.revoke(task);
    },
    close: () => closed(server),
  };

  /** One wallet for all containers of a task. */
  function openWallet(principal: TaskPrincipal): string {
    const known = walletOf.get(principal.task);
    if (known) return known;
    const id = randomUUID();
    walletOf.set(principal.task, id);
    wallets.set(id, { principal, credentials: identities.issue(principal) });
    return id;
  }
}

interface Wallet {
  readonly principal: TaskPrincipal;
  credentials: Credentials;
}

function shownCredentials(wallet: Wallet, identities: Identities): object {
  wallet.credentials = identities.renew(wallet.principal, wallet.credentials);
  const { accessKeyId, secretAccessKey, sessionToken, expires } = wallet.credentials;
  return {
    RoleArn: wallet.principal.roleArn,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    Token: sessionToken,
    Expiration: new Date(expires).toISOString().replace(/\.\d+/, ''),
  };
}

const shownContainer = (task: MetadataTask, name: string): object => {
  const image = task.containers.find((each) => each.name === name)?.image;
  return {
    DockerId: `${task.id}-${name}`,
    Name: name,
    DockerName: name,
    Image: image,
    Labels: {
      'com.amazonaws.ecs.cluster': task.cluster,
      'com.amazonaws.ecs.container-name': name,
      'com.amazonaws.ecs.task-arn': task.arn,
      'com.amazonaws.ecs.task-definition-family': task.family,
      'com.amazonaws.ecs.task-definition-version': task.revision,
    },
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    Type: 'NORMAL',
  };
};

const shownTask = (task: MetadataTask): object => ({
  Cluster: task.cluster,
  TaskARN: task.arn,
  Family: task.family,
  Revision: task.revision,
  ServiceName: task.service,
  DesiredStatus: 'RUNNING',
  KnownStatus: 'RUNNING',
  LaunchType: 'FARGATE',
  AvailabilityZone: task.zone,
  Limits: { CPU: task.cpu / 1024, Memory: task.memoryMiB },
  Containers: task.containers.map(({ name }) => shownContainer(task, name)),
});
