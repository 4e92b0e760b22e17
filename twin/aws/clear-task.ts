import { urlSuffixOf } from '../../assembly/partition.ts';
import { authorize } from '../../system/iam/authorize.ts';
import { evaluate } from '../../system/iam/evaluate.ts';
import type { PolicyDocument } from '../../system/iam/policy.ts';
import { requestContext } from '../../system/iam/request-context.ts';
import { awsReach } from '../../system/reach/aws-reach.ts';
import { arn } from '../../system/resources/arn.ts';
import { iamRole } from '../../system/resources/iam-role.ts';
import type { Container, Service } from '../../system/service.ts';
import type { System } from '../../system/system.ts';
import { callDenial, connectionDenial, type Denial } from '../report/denial.ts';
import type { Clearance } from '../tasks/clearance.ts';
import { accessDenied } from './aws-error.ts';
import { arnOf, type TaskPrincipal } from './identities.ts';
import type { Parameters } from './parameters.ts';
import { secretValue } from './secret-reference.ts';
import type { Secrets } from './secrets.ts';

/** The task that is to start, and what its secrets come from. */
export interface ClearanceOptions {
  readonly system: System;
  readonly service: Service;
  /** Id of the task that is to start. */
  readonly task: string;
  readonly parameters: Parameters;
  readonly secrets: Secrets;
  /** Called for each access the execution role lacks. */
  readonly denied: (denial: Denial) => void;
}

/** Does what ECS does before a task runs, with the execution role: pull, open the log stream, fetch secrets. */
export function clearTask(props: ClearanceOptions): Clearance {
  try {
    const preparation = new Preparation(props);
    preparation.assumeRoles();
    const { containers } = props.service.definition;
    const secrets = Object.fromEntries(containers.map((each) => [each.name, preparation.secretsOf(each)]));
    for (const container of containers) preparation.pull(container);
    for (const container of containers) preparation.openLog(container);
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

class Preparation {
  readonly #props: ClearanceOptions;

  constructor(props: ClearanceOptions) {
    this.#props = props;
  }

  /** ECS must be able to assume both roles. */
  assumeRoles(): void {
    const { taskRole, executionRole } = this.#props.service.definition;
    for (const roleArn of [executionRole, taskRole]) {
      const role = roleArn === undefined ? undefined : this.#props.system.find(iamRole, roleArn);
      if (role && !trustsEcs((role.data.trust ?? {}) as PolicyDocument, this.#props.system)) {
        throw new Stopped(
          `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being passed ` +
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
    const source = arn({ account: account!, region: region! }, 'ecr', `repository/${repository}`);
    const auth = `${PULL_FAILED}: unable to retrieve ecr registry auth: service call has been retried 1 time(s)`;
    this.#reach('api.ecr', (cause) => `ResourceInitializationError: ${auth}: ${cause}`);
    this.#need('ecr:GetAuthorizationToken', '*', (cause) => `ResourceInitializationError: ${auth}: ${cause}`);
    for (const action of ['BatchGetImage', 'GetDownloadUrlForLayer', 'BatchCheckLayerAvailability']) {
      this.#need(
        `ecr:${action}`,
        source,
        (cause) =>
          `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${image}: 403 Forbidden: ${cause}`,
      );
    }
  }

  /** A stream that cannot be opened stops the task; lines that cannot be written are lost, which is only reported. */
  openLog({ name, logGroup, logStreamPrefix }: Container): void {
    if (logGroup === undefined) return;
    const { system, task } = this.#props;
    const stream = [logStreamPrefix, name, task].filter(Boolean).join('/');
    const streamArn = arn(system, 'logs', `log-group:${logGroup}:log-stream:${stream}`);
    const failed =
      'failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream';
    this.#reach('logs', (cause) => `ResourceInitializationError: ${failed}: ${cause}`);
    this.#need(
      'logs:CreateLogStream',
      streamArn,
      (cause) => `ResourceInitializationError: ${failed}: ${cause}: exit status 1`,
    );
    this.#ask('logs:PutLogEvents', streamArn);
  }

  /** On Fargate all this goes through the task's own network interface, and so through its security groups. */
  #reach(api: string, reason: (cause: string) => string): void {
    const { system, service, denied } = this.#props;
    const host = `${api}.${system.region}.${urlSuffixOf(system.region)}`;
    const decision = awsReach(system, service, host, 443);
    if (decision.verdict === 'allow') return;
    denied(connectionDenial(service.name, `${host}:443`, decision));
    throw new Stopped(reason(`dial tcp ${host}:443: i/o timeout. Please check your task network configuration.`));
  }

  #need(action: string, resource: string, reason: (cause: string) => string): void {
    const cause = this.#ask(action, resource);
    if (cause !== undefined) throw new Stopped(reason(cause));
  }

  /** Reports a refusal and returns AWS's words for it; undefined if the execution role allows the access. */
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
    const access = { action, resource };
    const decision = authorize(system, { roleArn, callerPath: service.path, ...access });
    if (decision.verdict === 'allow') return undefined;
    denied(callDenial(service.name, access, decision));
    const { code, message } = accessDenied(arnOf(principal, system.account), access, decision.because);
    return `${code}: ${message}`;
  }
}

/** Whether a role lets ECS assume it, even if it insists on this account's ECS. */
function trustsEcs(trust: PolicyDocument, system: System): boolean {
  const resource = { name: 'trust', document: trust };
  const request = {
    action: 'sts:AssumeRole',
    resource: '*',
    context: requestContext({ 'aws:SourceAccount': system.account, 'aws:SourceArn': arn(system, 'ecs', 'task') }),
    principal: { account: '', arn: '', service: 'ecs-tasks.amazonaws.com' },
  };
  return evaluate({ identity: [], resource }, request).verdict === 'allow';
}
