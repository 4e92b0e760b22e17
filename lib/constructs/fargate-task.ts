import { type Duration, aws_ecs as ecs, aws_logs as logs, Size } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Environment } from '../../contract/environment.ts';
import { acknowledge } from './acknowledgement.ts';
import type { ServiceImage } from './service-image.ts';
import type { StageProfile } from './stage-profile.ts';
import { Timeouts } from './timeouts.ts';

export interface FargateTaskProps {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** Name of the service it is a task of. */
  readonly service: string;
  /** What it runs. */
  readonly image: ServiceImage;
  /** The port it listens on. */
  readonly port: number;
  /** Answers 200 when the task may get traffic. */
  readonly healthPath: string;
  /** Failed checks do not count before. */
  readonly startWithin: Duration;
  /** @default - the profile's */
  readonly cpu?: number;
  /** @default - the profile's */
  readonly memory?: number;
  /** @default false */
  readonly exec?: boolean;
}

const PROCESSORS = { arm64: ecs.CpuArchitecture.ARM64, x64: ecs.CpuArchitecture.X86_64 };

/** What one task of a service is: its container, its limits, its log, and what it may write to. */
export class FargateTask extends Construct {
  readonly definition: ecs.FargateTaskDefinition;
  readonly container: ecs.ContainerDefinition;
  /** Name of the mapping of its port. */
  readonly portName = 'http';
  /** Variables the chassis reads; a user may not set them to anything else. */
  readonly environment: Readonly<Record<string, string>>;
  private readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: FargateTaskProps) {
    super(scope, id);
    const { rules } = props.stage;
    const image = props.image.bind(this);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: rules.logRetention,
      removalPolicy: rules.removalPolicy,
    });
    this.definition = new ecs.FargateTaskDefinition(this, 'Definition', {
      cpu: props.cpu ?? rules.cpu,
      memoryLimitMiB: props.memory ?? rules.memory,
      runtimePlatform: {
        cpuArchitecture: PROCESSORS[image.architecture],
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
    });
    this.environment = environment(props);
    this.container = this.definition.addContainer('app', {
      image: image.image,
      environment: this.environment,
      portMappings: [{ name: this.portName, containerPort: props.port, appProtocol: ecs.AppProtocol.http }],
      logging: this.logs('app'),
      healthCheck: {
        command: image.healthCommand(props.port, props.healthPath),
        interval: Timeouts.health.interval,
        timeout: Timeouts.health.timeout,
        startPeriod: props.startWithin,
        retries: 3,
      },
      // A shell through ECS Exec writes to the root file system, so one excludes the other.
      readonlyRootFilesystem: !props.exec,
      stopTimeout: Timeouts.leave.stop,
      versionConsistency: ecs.VersionConsistency.ENABLED,
    });
    if (image.writableTmp) {
      this.definition.addVolume({ name: 'tmp' });
      this.container.addMountPoints({ sourceVolume: 'tmp', containerPath: '/tmp', readOnly: false });
    }
    this.answerChecks(props.exec ?? false);
  }

  /** Where a container of the task logs to. A full buffer drops lines instead of blocking the service. */
  logs(streamPrefix: string): ecs.LogDriver {
    return ecs.LogDrivers.awsLogs({
      logGroup: this.logGroup,
      streamPrefix,
      mode: ecs.AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(8),
    });
  }

  private answerChecks(exec: boolean): void {
    const id = 'AwsSolutions::AwsSolutions-IAM5[Resource::*]';
    acknowledge(
      this.definition,
      'AwsSolutions::AwsSolutions-ECS2',
      'These variables hold names, ports and timeouts; a secret is never one of them',
    );
    acknowledge(
      this.definition.obtainExecutionRole(),
      id,
      'ecr:GetAuthorizationToken knows no resource; every other action names its own',
    );
    if (exec) {
      acknowledge(
        this.definition.taskRole,
        id,
        'The ssmmessages actions of ECS Exec know no resource; exec was asked for',
      );
    }
  }
}

function environment({ service, stage, port }: FargateTaskProps): Record<string, string> {
  return {
    [Environment.service]: service,
    [Environment.stage]: stage.name,
    [Environment.port]: String(port),
    [Environment.requestTimeout]: String(Timeouts.deadline.request.toMilliseconds()),
    [Environment.keepAlive]: String(Timeouts.idle.server.toMilliseconds()),
    [Environment.drain]: String(Timeouts.leave.drain.toMilliseconds()),
  };
}
