import type { ResourceType } from '../resource.ts';
import { readRule, type SecurityGroupRule } from './security-group-rule.ts';

/** A rule that lets the group's members out, outside of its group's resource. */
export interface SecurityGroupEgress {
  /** Id of the group it belongs to. */
  readonly group: string | undefined;
  readonly rule: SecurityGroupRule;
}

/** `AWS::EC2::SecurityGroupEgress` */
export const securityGroupEgress: ResourceType<SecurityGroupEgress> = {
  type: 'AWS::EC2::SecurityGroupEgress',
  identity: (place) => ({ ref: `sgr-${place.hash}`, attributes: { Id: `sgr-${place.hash}` } }),
  read: (take) => ({ group: take.string('GroupId'), rule: readRule(take, 'Destination') }),
};
