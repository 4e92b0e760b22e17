import { inOrder } from '../in-order.ts';
import type { ResourceType } from '../resource.ts';
import type { Container } from '../service.ts';
import type { Take } from '../take.ts';
import { arn } from './arn.ts';
import { readContainer } from './container.ts';
import { physicalName } from './physical-name.ts';

/** A task definition as its resource says it; `servicesOf` adds the images of the assembly. */
export interface EcsTaskDefinition {
  /** In units of 1/1024 of a processor. */
  readonly cpu: number;
  readonly memoryMiB: number;
  /** ARNs. */
  readonly taskRole: string | undefined;
  readonly executionRole: string | undefined;
  /** In the order they start. */
  readonly containers: readonly Omit<Container, 'asset'>[];
  /** Why no task of it can run on the twin; empty when they can. */
  readonly cannotRun: readonly string[];
}

/** `AWS::ECS::TaskDefinition` */
export const taskDefinition: ResourceType<EcsTaskDefinition> = {
  type: 'AWS::ECS::TaskDefinition',
  identity: (place, property) => {
    const own = arn(place, 'ecs', `task-definition/${physicalName(property('Family'), place.name)}:1`);
    return { ref: own, attributes: { TaskDefinitionArn: own } };
  },
  read: (take) => {
    const cannotRun: string[] = [];
    const refuse = (from: Take, property: string, why: string): void => {
      from.refuse(property, why);
      cannotRun.push(`${from.path(property)}: ${why}`);
    };
    const platform = take.object('RuntimePlatform');
    const system = platform?.string('OperatingSystemFamily') ?? 'LINUX';
    if (platform && system !== 'LINUX')
      refuse(platform, 'OperatingSystemFamily', `the twin runs Linux images, not ${system}`);
    platform?.accept('CpuArchitecture', 'processes of the twin run on the processor this machine has');
    const network = take.string('NetworkMode') ?? 'bridge';
    if (network !== 'awsvpc')
      refuse(take, 'NetworkMode', `the twin gives each task an address of its own, got ${network}; use awsvpc`);
    for (const volume of take.objects('Volumes')) readVolume(volume, refuse);
    for (const property of ['InferenceAccelerators', 'ProxyConfiguration'])
      if (take.peek(property) !== undefined) refuse(take, property, 'the twin has nothing like it');
    for (const property of ['PidMode', 'IpcMode'])
      take.accept(property, 'containers of a task are processes of one user on this machine');
    take.string('Family');
    take.accept('RequiresCompatibilities', 'the service says how it is launched');
    for (const property of ['Cpu', 'Memory'])
      take.accept(property, 'shown in the metadata of the task; the twin does not divide this machine among tasks');
    take.accept('EphemeralStorage', 'the twin does not limit the disk');
    take.accept('PlacementConstraints', 'all tasks run on this machine');
    take.accept('EnableFaultInjection', 'the twin has no fault injection');
    return {
      cpu: Number(take.peek('Cpu') ?? 0),
      memoryMiB: Number(take.peek('Memory') ?? 0),
      taskRole: take.string('TaskRoleArn'),
      executionRole: take.string('ExecutionRoleArn'),
      containers: inStartOrder(take.objects('ContainerDefinitions').map((one) => readContainer(one, refuse))),
      cannotRun,
    };
  },
};

const readVolume = (take: Take, refuse: (from: Take, property: string, why: string) => void): void => {
  take.string('Name');
  take.accept('Host', 'a volume of a task is a folder that goes with it');
  for (const property of [
    'EFSVolumeConfiguration',
    'FSxWindowsFileServerVolumeConfiguration',
    'DockerVolumeConfiguration',
  ])
    if (take.peek(property) !== undefined)
      refuse(take, property, 'the twin has no file system that tasks share; use a volume of the task or a data store');
  if (take.peek('ConfiguredAtLaunch') === true)
    refuse(take, 'ConfiguredAtLaunch', 'the twin has no EBS volumes; use a volume of the task for scratch space');
};

type Started = { readonly container: Omit<Container, 'asset'>; readonly after: readonly string[] };

/** Containers after those they depend on, otherwise in the template's order. */
const inStartOrder = (containers: readonly Started[]): readonly Omit<Container, 'asset'>[] =>
  inOrder(containers, {
    keyOf: ({ container }) => container.name,
    needsOf: ({ after }) => after,
    refuse: (cycle) => new Error(`containers wait for each other: ${cycle}; remove one DependsOn`),
  }).map(({ container }) => container);
