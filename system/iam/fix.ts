import { FIX_WORDS, type FixWords } from '../../contract/fix-words.ts';
import { taskDefinition } from '../resources/task-definition.ts';
import type { System } from '../system.ts';
import { constructPath } from './construct-path.ts';
import { grants } from './grants.ts';
import type { Policy } from './policy.ts';
import { resourceConstruct } from './resource-construct.ts';
import type { RolePolicies } from './role-policies.ts';

/** An access that nothing allows. */
export interface Missing {
  readonly roleArn: string;
  /** Construct path of the one who asked. */
  readonly callerPath: string;
  readonly action: string;
  readonly resource: string;
  /** Construct path of what is asked for, where the resource does not say. */
  readonly subject?: string | undefined;
}

/** The line of code that grants an access: in the words of the resource's construct, else as a grant of the CDK. */
export function fixFor(system: System, role: RolePolicies, missing: Missing): string {
  const holder = holderOf(system, role, missing.roleArn);
  const target = missing.subject ?? resourceConstruct(system, missing.resource)?.path;
  const path = target && constructPath(target);
  const caller = `on ${speaker(system, missing.callerPath)}: `;

  const way = path && holder.kind === 'task' ? wayFor(system, path, missing.action) : undefined;
  if (way) return `${caller}${way}`;
  const [service = '', name = ''] = missing.action.split(':');
  const grant = grants[service]?.find((each) => each.actions.includes(name));
  if (path && grant) {
    const subject = variable(path);
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
  /** How code names the one a grant is for. */
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

function wayFor(system: System, path: string, action: string): string | undefined {
  const words = system.metadata(path, FIX_WORDS) as FixWords | undefined;
  return words?.ways.find((way) => way.actions.includes(action))?.words;
}

/** The construct that speaks for a caller: the highest one that shares its fix words, else the caller itself. */
function speaker(system: System, callerPath: string): string {
  const words = system.metadata(callerPath, FIX_WORDS);
  let path = constructPath(callerPath);
  if (words === undefined) return path;
  for (;;) {
    const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (parent === '' || system.metadata(parent, FIX_WORDS) !== words) return path;
    path = parent;
  }
}

const variable = (path: string): string => {
  const name = path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/[^A-Za-z0-9]+(.)?/g, (_, next?: string) => next?.toUpperCase() ?? '');
  return name === '' ? 'resource' : name[0]!.toLowerCase() + name.slice(1);
};
