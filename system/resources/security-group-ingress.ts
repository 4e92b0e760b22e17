import type { ResourceType } from '../resource.ts';
import { readRule, type SecurityGroupRule } from './security-group-rule.ts';

/** A rule that lets someone in, outside of its group's resource. */
export interface SecurityGroupIngress {
  /** Id of the group it belongs to. */
  readonly group: string | undefined;
  readonly rule: SecurityGroupRule;
}

/** `AWS::EC2::SecurityGroupIngress` */
export const securityGroupIngress: ResourceType<SecurityGroupIngress> = {
  type: 'AWS::EC2::SecurityGroupIngress',
  identity: (place) => ({ ref: `sgr-${place.hash}`, attributes: { Id: `sgr-${place.hash}` } }),
  read: (take) => ({ group: take.string('GroupId'), rule: readRule(take, 'Source') }),
};
