import type { Container, ContainerHealthCheck, ContainerPort } from '../service.ts';
import type { Take } from '../take.ts';

type Refuse = (from: Take, property: string, why: string) => void;

/** Log drivers whose output the twin keeps in its own log. */
const LOG_DRIVERS = ['awslogs', 'json-file'];

const OWN_LOG = 'the twin keeps what the container prints in its own log';

/** Reads one container of a task definition, and the names of the containers it waits for. */
export const readContainer = (
  take: Take,
  refuse: Refuse,
): { container: Omit<Container, 'asset'>; after: readonly string[] } => {
  refuseWhatCannotRun(take, refuse);
  acceptWhatDoesNotMatter(take);
  return {
    after: take.objects('DependsOn').flatMap((before) => readDependency(before, refuse)),
    container: {
      name: take.string('Name') ?? '',
      essential: take.boolean('Essential') ?? true,
      image: take.string('Image') ?? '',
      entryPoint: optional(take, 'EntryPoint'),
      command: optional(take, 'Command'),
      workingDirectory: take.string('WorkingDirectory'),
      user: take.string('User'),
      environment: pairs(take, 'Environment', 'Value'),
      secrets: pairs(take, 'Secrets', 'ValueFrom'),
      ports: take.objects('PortMappings').flatMap(readPort),
      readonlyRoot: take.boolean('ReadonlyRootFilesystem') ?? false,
      volumes: take.objects('MountPoints').map((mount) => ({
        path: mount.string('ContainerPath') ?? '',
        readOnly: mount.boolean('ReadOnly') ?? false,
        volume: mount.string('SourceVolume') ?? '',
      })),
      stopTimeoutSeconds: take.number('StopTimeout') ?? 30,
      healthCheck: readHealthCheck(take.object('HealthCheck')),
      ...readLog(take.object('LogConfiguration')),
    },
  };
};

const refuseWhatCannotRun = (take: Take, refuse: Refuse): void => {
  if (take.peek('ResourceRequirements') !== undefined)
    refuse(take, 'ResourceRequirements', 'the twin hands no GPUs or accelerators to tasks');
  if (take.peek('FirelensConfiguration') !== undefined)
    refuse(take, 'FirelensConfiguration', 'the twin does not route logs through a container; use awslogs');
  if (take.boolean('Privileged') === true)
    refuse(take, 'Privileged', 'the twin gives no task rights its user does not have');
  if (take.peek('VolumesFrom') !== undefined && (take.peek('VolumesFrom') as unknown[]).length > 0)
    refuse(take, 'VolumesFrom', "the twin does not mount another container's volumes; name them in MountPoints");
  take.refuse('EnvironmentFiles', 'the twin has no S3 to read them from; use Environment');
};

const acceptWhatDoesNotMatter = (take: Take): void => {
  for (const property of ['Cpu', 'Memory', 'MemoryReservation', 'Ulimits', 'StartTimeout', 'SystemControls'])
    take.accept(property, 'the twin does not divide this machine among containers');
  take.accept('RestartPolicy', 'a container that exits ends its task, and the task is replaced');
  for (const property of ['LinuxParameters', 'Interactive', 'PseudoTerminal', 'Hostname', 'DockerLabels'])
    take.accept(property, 'has no effect on a process of this machine');
  take.accept('VersionConsistency', 'the image of the assembly does not change under a running twin');
  take.accept('RepositoryCredentials', 'the twin pulls from no registry');
};

const optional = (take: Take, property: string): readonly string[] | undefined =>
  take.peek(property) === undefined ? undefined : take.strings(property);

const pairs = (take: Take, property: string, value: string): Readonly<Record<string, string>> =>
  Object.fromEntries(take.objects(property).map((pair) => [pair.string('Name') ?? '', pair.string(value) ?? '']));

const readPort = (take: Take): Container['ports'] => {
  take.accept('HostPort', 'in awsvpc mode it is the port of the container');
  if (take.peek('Protocol') === 'udp') take.refuse('Protocol', 'tasks on the twin are reached by TCP alone');
  else take.string('Protocol');
  take.refuse('ContainerPortRange', 'the twin needs to know each port; map them one by one');
  const port = take.number('ContainerPort');
  const protocol = (take.string('AppProtocol') ?? 'tcp') as ContainerPort['protocol'];
  return port === undefined ? [] : [{ name: take.string('Name'), port, protocol }];
};

const readDependency = (take: Take, refuse: Refuse): readonly string[] => {
  const condition = take.peek('Condition');
  if (condition === 'COMPLETE' || condition === 'SUCCESS')
    refuse(take, 'Condition', 'the twin does not wait for a container to end; do it before the task starts');
  else if (condition === 'HEALTHY')
    take.accept('Condition', 'containers start in this order, without waiting for checks');
  else take.string('Condition');
  const name = take.string('ContainerName');
  return name === undefined ? [] : [name];
};

const readHealthCheck = (take: Take | undefined): ContainerHealthCheck | undefined =>
  take && {
    command: take.strings('Command'),
    intervalSeconds: take.number('Interval') ?? 30,
    timeoutSeconds: take.number('Timeout') ?? 5,
    retries: take.number('Retries') ?? 3,
    startPeriodSeconds: take.number('StartPeriod') ?? 0,
  };

/** Options that decide which stream the execution role must be able to open. */
const ACTED_ON: readonly string[] = ['awslogs-group', 'awslogs-stream-prefix'];

const readLog = (take: Take | undefined): Pick<Container, 'logGroup' | 'logStreamPrefix'> => {
  const nowhere = { logGroup: undefined, logStreamPrefix: undefined };
  const driver = take?.string('LogDriver');
  if (take === undefined || driver === undefined) return nowhere;
  take.accept('SecretOptions', OWN_LOG);
  if (!LOG_DRIVERS.includes(driver)) {
    take.refuse('LogDriver', `the twin does not deliver to ${driver}; what the container prints is in mosaic logs`);
    take.accept('Options', OWN_LOG);
    return nowhere;
  }
  const options = take.object('Options');
  for (const key of options?.keys() ?? []) if (!ACTED_ON.includes(key)) options?.accept(key, OWN_LOG);
  return { logGroup: options?.string('awslogs-group'), logStreamPrefix: options?.string('awslogs-stream-prefix') };
};
