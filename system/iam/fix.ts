import { constructName, constructPath } from '../construct-path.ts';
import { speaker, wordsAt } from '../fix-words.ts';
import { taskDefinition } from '../resources/task-definition.ts';
import type { System } from '../system.ts';
import { grants } from './grants.ts';
import type { Policy } from './policy.ts';
import { resourceOfArn } from './resource-of-arn.ts';
import type { RolePolicies } from './role-policies.ts';

/** An access that nothing allows. */
export interface Missing {
  readonly roleArn: string;
  /** Construct path of the caller. */
  readonly callerPath: string;
  readonly action: string;
  readonly resource: string;
  /** Construct path of what is accessed, where its ARN does not tell. */
  readonly subject?: string | undefined;
}

/** The line of code that grants an access: in the words of the resource's construct, else as a grant of the CDK. */
export function fixFor(system: System, role: RolePolicies, missing: Missing): string {
  const holder = holderOf(system, role, missing.roleArn);
  const target = missing.subject ?? resourceOfArn(system, missing.resource)?.path;
  const path = target && constructPath(target);
  const caller = `on ${speaker(system, missing.callerPath) ?? constructPath(missing.callerPath)}: `;

  const ways = path && holder.kind === 'task' ? wordsAt(system, path)?.ways : undefined;
  const way = ways?.find(({ actions }) => actions.includes(missing.action));
  if (way) return `${caller}${way.words}`;
  const [service = '', name = ''] = missing.action.split(':');
  const grant = grants[service]?.find((each) => each.actions.includes(name));
  if (path && grant) {
    const subject = constructName(path);
    return `${caller}${subject}.${grant.method}(${holder.grantee}) where ${subject} is ${path}`;
  }
  const statement = `new PolicyStatement({ actions: ['${missing.action}'], resources: ['${missing.resource}'] })`;
  return `${holder.kind === 'role' ? `on ${holder.path}: ` : caller}${holder.add}(${statement})`;
}

/** What to do about a statement that forbids an access. */
export const narrow = (policy: Policy, statement: string): string =>
  `remove or narrow ${statement} of ${policy.name}, which denies it`;

/** What to do about a permissions boundary that does not include an access. */
export const widen = (boundary: Policy, missing: Missing): string =>
  `allow ${missing.action} on ${missing.resource} in the permissions boundary ${boundary.name} as well`;

interface Holder {
  readonly kind: 'task' | 'execution' | 'role';
  readonly path: string;
  /** How code names the grantee. */
  readonly grantee: string;
  /** How code adds a statement of its own. */
  readonly add: string;
}

function holderOf(system: System, role: RolePolicies, roleArn: string): Holder {
  const path = role.resource ? constructPath(role.resource.path) : roleArn;
  const definitions = system.of(taskDefinition);
  if (definitions.some((each) => each.data.taskRole === roleArn)) {
    return {
      kind: 'task',
      path,
      grantee: 'service.taskDefinition.taskRole',
      add: 'taskDefinition.addToTaskRolePolicy',
    };
  }
  if (definitions.some((each) => each.data.executionRole === roleArn)) {
    const grantee = 'service.taskDefinition.obtainExecutionRole()';
    return { kind: 'execution', path, grantee, add: 'taskDefinition.addToExecutionRolePolicy' };
  }
  return { kind: 'role', path, grantee: 'role', add: 'addToPrincipalPolicy' };
}
