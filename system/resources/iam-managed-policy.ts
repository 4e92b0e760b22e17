import type { ResourceType } from '../resource.ts';
import { globalArn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** A policy with an ARN: it names roles, or roles name it. */
export interface IamManagedPolicy {
  /** Policy document, references resolved. */
  readonly document: unknown;
  /** Names of roles it is attached to from its own side. */
  readonly roles: readonly string[];
}

/** `AWS::IAM::ManagedPolicy` */
export const iamManagedPolicy: ResourceType<IamManagedPolicy> = {
  type: 'AWS::IAM::ManagedPolicy',
  identity: (place, property) => {
    const name = physicalName(property('ManagedPolicyName'), place.name);
    const own = globalArn(place, 'iam', `policy${physicalName(property('Path'), '/')}${name}`);
    return { ref: own, attributes: { PolicyArn: own, PolicyId: `ANPA${place.hash.toUpperCase()}` } };
  },
  read: (take) => {
    take.string('ManagedPolicyName');
    take.string('Path');
    take.accept('Description', 'words for people');
    take.accept('Users', 'no task is a user');
    take.accept('Groups', 'no task is a user');
    return {
      document: take.whole('PolicyDocument'),
      roles: take.strings('Roles'),
    };
  },
};
