import { partitionOf, urlSuffixOf } from '../../assembly/partition.ts';
import { authorize } from '../../system/iam/authorize.ts';
import { requestContext } from '../../system/iam/context.ts';
import { evaluate } from '../../system/iam/evaluate.ts';
import type { PolicyDocument } from '../../system/iam/policy.ts';
import { awsReach } from '../../system/reach/aws-reach.ts';
import { iamRole } from '../../system/resources/iam-role.ts';
import type { Container, Service } from '../../system/service.ts';
import type { System } from '../../system/system.ts';
import { denial } from '../network/refusal.ts';
import type { Denial } from '../report/denial.ts';
import { arnOf, type TaskPrincipal } from './identities.ts';
import type { Parameters } from './parameters.ts';
import { secretValue } from './secret-reference.ts';
import type { Secrets } from './secrets.ts';

export interface StartGuardOptions {
  readonly system: System;
  readonly service: Service;
  /** Id of the task that is to start. */
  readonly task: string;
  readonly parameters: Parameters;
  readonly secrets: Secrets;
  /** Hears of what the execution role is not allowed. */
  readonly denied: (denial: Denial) => void;
}

/** Whether ECS would run the task: with the secrets of its containers, or not, in ECS's own words. */
export type StartVerdict =
  | { readonly starts: true; readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>> }
  | { readonly starts: false; readonly reason: string };

/** Does what ECS does before a task runs, with the execution role: pull, open the log stream, fetch secrets. */
export function guardStart(props: StartGuardOptions): StartVerdict {
  try {
    const guard = new StartGuard(props);
    guard.roles();
    const { containers } = props.service.definition;
    const secrets = Object.fromEntries(containers.map((each) => [each.name, guard.secretsOf(each)]));
    for (const container of containers) guard.pull(container);
    for (const container of containers) guard.openLog(container);
    return { starts: true, secrets };
  } catch (error) {
    if (error instanceof Stopped) return { starts: false, reason: error.message };
    throw error;
  }
}

/** The task does not start; the message is ECS's stopped reason. */
class Stopped extends Error {}

const ECR = /^(\d{12})\.dkr\.ecr\.([\w-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;
const PULL_FAILED = 'unable to pull secrets or registry auth: execution resource retrieval failed';

class StartGuard {
  readonly #props: StartGuardOptions;

  constructor(props: StartGuardOptions) {
    this.#props = props;
  }

  /** ECS must be able to become both roles. */
  roles(): void {
    const { taskRole, executionRole } = this.#props.service.definition;
    for (const arn of [executionRole, taskRole]) {
      const role = arn === undefined ? undefined : this.#props.system.find(iamRole, arn);
      if (role && !trustsEcs((role.data.trust ?? {}) as PolicyDocument, this.#props.system)) {
        throw new Stopped(
          `ECS was unable to assume the role '${arn}' that was provided for this task. Please verify that the role being passed ` +
            'has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.',
        );
      }
    }
  }

  secretsOf({ secrets }: Container): Readonly<Record<string, string>> {
    const { system, parameters, secrets: store } = this.#props;
    return Object.fromEntries(
      Object.entries(secrets).map(([variable, from]) => {
        const reference = secretValue(from, { parameters, secrets: store });
        const api =
          reference.api === 'ssm' ? 'unable to retrieve secrets from ssm' : 'unable to retrieve secret from asm';
        const failed = `ResourceInitializationError: ${PULL_FAILED}: ${api}: service call has been retried 1 time(s)`;
        this.#reach(reference.api === 'ssm' ? 'ssm' : 'secretsmanager', (cause) => `${failed}: ${cause}`);
        this.#need(reference.action, reference.arn, (cause) => `${failed}: ${cause}`);
        if (reference.value === undefined)
          throw new Stopped(`${failed}: ${reference.problem} (region ${system.region})`);
        return [variable, reference.value];
      }),
    );
  }

  pull({ image }: Container): void {
    const match = ECR.exec(image);
    if (!match) return;
    const [, account, region, repository] = match as unknown as string[];
    const arn = `arn:${partitionOf(region!)}:ecr:${region}:${account}:repository/${repository}`;
    const auth = `${PULL_FAILED}: unable to retrieve ecr registry auth: service call has been retried 1 time(s)`;
    this.#reach('api.ecr', (cause) => `ResourceInitializationError: ${auth}: ${cause}`);
    this.#need('ecr:GetAuthorizationToken', '*', (cause) => `ResourceInitializationError: ${auth}: ${cause}`);
    for (const action of ['BatchGetImage', 'GetDownloadUrlForLayer', 'BatchCheckLayerAvailability']) {
      this.#need(
        `ecr:${action}`,
        arn,
        (cause) =>
          `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: 403 Forbidden: ${cause}`,
      );
    }
  }

  /** A stream that cannot be opened stops the task; lines that cannot be put are lost, and only reported. */
  openLog({ name, logGroup, logStreamPrefix }: Container): void {
    if (logGroup === undefined) return;
    const { system, task } = this.#props;
    const group = `arn:${partitionOf(system.region)}:logs:${system.region}:${system.account}:log-group:${logGroup}`;
    const stream = `${group}:log-stream:${[logStreamPrefix, name, task].filter(Boolean).join('/')}`;
    const failed =
      'failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream';
    this.#reach('logs', (cause) => `ResourceInitializationError: ${failed}: ${cause}`);
    this.#need(
      'logs:CreateLogStream',
      stream,
      (cause) => `ResourceInitializationError: ${failed}: ${cause}: exit status 1`,
    );
    this.#ask('logs:PutLogEvents', stream);
  }

  /** On Fargate all this goes through the task's own network interface, and so through its security groups. */
  #reach(api: string, reason: (cause: string) => string): void {
    const { system, service, denied } = this.#props;
    const host = `${api}.${system.region}.${urlSuffixOf(system.region)}`;
    const decision = awsReach(system, service, host, 443);
    if (decision.verdict === 'allow') return;
    denied(denial(service.name, `${host}:443`, decision));
    throw new Stopped(reason(`dial tcp ${host}:443: i/o timeout. Please check your task network configuration.`));
  }

  #need(action: string, resource: string, reason: (cause: string) => string): void {
    const cause = this.#ask(action, resource);
    if (cause !== undefined) throw new Stopped(reason(cause));
  }

  /** AWS's words for a refusal, after it was reported; undefined where the execution role allows it. */
  #ask(action: string, resource: string): string | undefined {
    const { system, service, task, denied } = this.#props;
    const roleArn = service.definition.executionRole;
    if (roleArn === undefined) {
      const id = service.definition.revision;
      throw new Stopped(
        `ClientException: Fargate requires task definition ${id} to have an execution role for ${action}; give it one`,
      );
    }
    const principal: TaskPrincipal = { name: service.name, path: service.path, roleArn, task };
    const arn = arnOf(principal, system.account);
    const who = { account: system.account, arn, roleArn };
    const decision = authorize(system, { roleArn, callerPath: service.path, action, resource, principal: who });
    if (decision.verdict === 'allow') return undefined;
    const { why, missing, fix, because } = decision;
    denied({ at: new Date().toISOString(), from: service.name, action, resource, why, missing, fix });
    return `AccessDeniedException: User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
  }
}

/** Whether a role lets ECS assume it, also where it insists on this account's ECS. */
function trustsEcs(trust: PolicyDocument, { account, region }: System): boolean {
  const resource = { name: 'trust', document: trust };
  const sourceArn = `arn:${partitionOf(region)}:ecs:${region}:${account}:task`;
  const request = {
    action: 'sts:AssumeRole',
    resource: '*',
    context: requestContext({ 'aws:SourceAccount': account, 'aws:SourceArn': sourceArn }),
    principal: { account: '', arn: '', service: 'ecs-tasks.amazonaws.com' },
  };
  return evaluate({ identity: [], resource }, request).verdict === 'allow';
}
