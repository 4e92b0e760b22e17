import type { Honesty } from './honesty.ts';
import { rolePolicies } from './iam/role-policies.ts';
import { iamManagedPolicy } from './resources/iam-managed-policy.ts';
import { iamPolicy } from './resources/iam-policy.ts';
import { iamRole } from './resources/iam-role.ts';
import { iamRolePolicy } from './resources/iam-role-policy.ts';
import { taskDefinition } from './resources/task-definition.ts';
import type { System } from './system.ts';

const NO_TASK = 'no task has this role, and the twin runs nothing else';
const NO_TASK_WITH = 'no task has a role with this policy, and the twin runs nothing else';

/** What becomes of roles and policies that only shows once it is known which tasks have them. */
export const roleHonesty = (system: System): readonly Honesty[] => {
  const held = new Set(system.of(taskDefinition).flatMap(({ data }) => [data.taskRole, data.executionRole]));
  const roles = system.of(iamRole);
  const ofTasks = roles.filter(({ attributes }) => held.has(attributes.Arn));
  const names = new Set(ofTasks.map(({ ref }) => ref));
  const attached = new Set(ofTasks.flatMap(({ data }) => [...data.managedPolicies, data.permissionsBoundary]));
  const idlePolicies = [
    ...system.of(iamPolicy).filter(({ data }) => !data.roles.some((role) => names.has(role))),
    ...system.of(iamRolePolicy).filter(({ data }) => !names.has(data.role ?? '')),
    ...system
      .of(iamManagedPolicy)
      .filter(({ ref, data }) => !attached.has(ref) && !data.roles.some((role) => names.has(role))),
  ];
  return [
    ...roles.filter((role) => !ofTasks.includes(role)).map((role) => idle(role, NO_TASK)),
    ...idlePolicies.map((policy) => idle(policy, NO_TASK_WITH)),
    ...ofTasks.flatMap(({ id, type, attributes }): readonly Honesty[] => {
      const { unknown } = rolePolicies(system, attributes.Arn!);
      const why = `the twin does not know what ${unknown.join(' and ')} says, so here it grants nothing`;
      return unknown.length === 0 ? [] : [{ id, type, property: 'ManagedPolicyArns', verdict: 'refused', why }];
    }),
  ];
};

const idle = ({ id, type }: Pick<Honesty, 'id' | 'type'>, why: string): Honesty => ({
  id,
  type,
  property: '*',
  verdict: 'accepted',
  why,
});
