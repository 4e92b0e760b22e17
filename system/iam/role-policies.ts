import { constructPath } from '../construct-path.ts';
import type { Resource } from '../resource.ts';
import { lastPart } from '../resources/arn.ts';
import { type IamManagedPolicy, iamManagedPolicy } from '../resources/iam-managed-policy.ts';
import { iamPolicy } from '../resources/iam-policy.ts';
import { type IamRole, iamRole } from '../resources/iam-role.ts';
import { iamRolePolicy } from '../resources/iam-role-policy.ts';
import type { System } from '../system.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import type { Policy, PolicyDocument } from './policy.ts';

/** Everything the templates say a role may do. */
export interface RolePolicies {
  /** What reports call the role: its logical id, or its name where no template has it. */
  readonly role: string;
  /** The role's resource; undefined for one the templates only import. */
  readonly resource: Resource<IamRole> | undefined;
  readonly identity: readonly Policy[];
  readonly boundary: Policy | undefined;
  /** ARNs of managed policies whose content is unknown here; they grant nothing. */
  readonly unknown: readonly string[];
}

const known = new WeakMap<System, Map<string, RolePolicies>>();

/** All policies of a role: inline, attached by name from other resources, and managed ones. */
export function rolePolicies(system: System, roleArn: string): RolePolicies {
  const roles = known.get(system) ?? new Map<string, RolePolicies>();
  known.set(system, roles);
  const result = roles.get(roleArn) ?? gather(system, roleArn);
  roles.set(roleArn, result);
  return result;
}

function gather(system: System, roleArn: string): RolePolicies {
  const resource = system.find(iamRole, roleArn);
  const name = resource?.ref ?? lastPart(roleArn);
  const names = (roles: readonly string[]): boolean => roles.includes(name);
  const managed = (resource?.data.managedPolicies ?? []).map((arn) => ({ arn, policy: managedPolicy(system, arn) }));
  const boundary = resource?.data.permissionsBoundary;
  const identity = [
    ...(resource?.data.policies ?? []).map((policy) =>
      named(`${policy.name} of ${constructPath(resource!.path)}`, policy.document),
    ),
    ...system
      .of(iamPolicy)
      .filter((each) => names(each.data.roles))
      .map(attached),
    ...system
      .of(iamRolePolicy)
      .filter((each) => each.data.role === name)
      .map(attached),
    ...system
      .of(iamManagedPolicy)
      .filter((each) => names(each.data.roles))
      .map(attached),
    ...managed.flatMap(({ policy }) => policy ?? []),
  ];
  return {
    role: resource?.logicalId ?? name,
    resource,
    identity,
    // An unknown boundary allows nothing: better a denial that says so than a silent pass.
    boundary:
      boundary === undefined ? undefined : (managedPolicy(system, boundary) ?? named(`${boundary} (unknown)`, {})),
    unknown: managed.flatMap(({ arn, policy }) => (policy ? [] : [arn])),
  };
}

const named = (name: string, document: unknown): Policy => ({ name, document: (document ?? {}) as PolicyDocument });

const attached = (resource: Resource<{ readonly document: unknown }>): Policy =>
  named(constructPath(resource.path), resource.data.document);

function managedPolicy(system: System, arn: string): Policy | undefined {
  const own: Resource<IamManagedPolicy> | undefined = system.find(iamManagedPolicy, arn);
  if (own) return attached(own);
  const name = /^arn:[^:]+:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
  const document = name === undefined ? undefined : awsManagedPolicies[name];
  return document && named(name!, document);
}
