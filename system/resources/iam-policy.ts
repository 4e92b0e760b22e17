import type { ResourceType } from '../resource.ts';

/** A policy attached to roles by name. */
export interface IamPolicy {
  /** Policy document, references resolved. */
  readonly document: unknown;
  /** Names of roles. */
  readonly roles: readonly string[];
}

/** `AWS::IAM::Policy` */
export const iamPolicy: ResourceType<IamPolicy> = {
  type: 'AWS::IAM::Policy',
  identity: (place) => ({ ref: place.name, attributes: { Id: place.name } }),
  read: (take) => {
    take.accept('PolicyName', 'reports call a policy by its construct');
    take.accept('Users', 'no task is a user');
    take.accept('Groups', 'no task is a user');
    return {
      document: take.whole('PolicyDocument'),
      roles: take.strings('Roles'),
    };
  },
};
