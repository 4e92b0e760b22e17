import type { ResourceType } from '../resource.ts';
import { globalArn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** A role with what is written in its own resource; further policies name it. */
export interface IamRole {
  /** Policy document that says who may assume it. */
  readonly trust: unknown;
  readonly policies: readonly InlinePolicy[];
  /** ARNs of managed policies, AWS's own among them. */
  readonly managedPolicies: readonly string[];
  /** ARN of a managed policy. */
  readonly permissionsBoundary: string | undefined;
}

export interface InlinePolicy {
  readonly name: string;
  /** Policy document, references resolved. */
  readonly document: unknown;
}

/** `AWS::IAM::Role` */
export const iamRole: ResourceType<IamRole> = {
  type: 'AWS::IAM::Role',
  identity: (place, property) => {
    const name = physicalName(property('RoleName'), place.name);
    const path = physicalName(property('Path'), '/');
    return {
      ref: name,
      attributes: { Arn: globalArn(place, 'iam', `role${path}${name}`), RoleId: `AROA${place.hash.toUpperCase()}` },
    };
  },
  read: (take) => {
    take.string('RoleName');
    take.string('Path');
    take.accept('MaxSessionDuration', 'credentials of a task are renewed for as long as it runs');
    take.accept('Description', 'words for people');
    return {
      trust: take.whole('AssumeRolePolicyDocument'),
      policies: take.objects('Policies').map((policy) => ({
        name: policy.string('PolicyName') ?? '',
        document: policy.whole('PolicyDocument'),
      })),
      managedPolicies: take.strings('ManagedPolicyArns'),
      permissionsBoundary: take.string('PermissionsBoundary'),
    };
  },
};
