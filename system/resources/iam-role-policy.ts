import type { ResourceType } from '../resource.ts';

/** One inline policy of one role, a resource of its own. */
export interface IamRolePolicy {
  /** Policy document, references resolved. */
  readonly document: unknown;
  /** Name of the role. */
  readonly role: string | undefined;
}

/** `AWS::IAM::RolePolicy` */
export const iamRolePolicy: ResourceType<IamRolePolicy> = {
  type: 'AWS::IAM::RolePolicy',
  identity: (place) => ({ ref: place.name, attributes: {} }),
  read: (take) => {
    take.accept('PolicyName', 'reports call a policy by its construct');
    return { document: take.whole('PolicyDocument'), role: take.string('RoleName') };
  },
};
