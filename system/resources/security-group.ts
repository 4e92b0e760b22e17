import type { ResourceType } from '../resource.ts';
import { physicalName } from './physical-name.ts';
import { ALL_OUTBOUND, readRule, type SecurityGroupRule } from './security-group-rule.ts';
import { ONE_NETWORK } from './vpc.ts';

/** A security group with its inline rules; further ones are resources of their own. */
export interface SecurityGroup {
  readonly ingress: readonly SecurityGroupRule[];
  /** All outbound where the template has none, as in AWS. */
  readonly egress: readonly SecurityGroupRule[];
}

/** `AWS::EC2::SecurityGroup` */
export const securityGroup: ResourceType<SecurityGroup> = {
  type: 'AWS::EC2::SecurityGroup',
  identity: (place, property) => ({
    ref: `sg-${place.hash}`,
    attributes: {
      GroupId: `sg-${place.hash}`,
      Id: `sg-${place.hash}`,
      get GroupName() {
        return physicalName(property('GroupName'), place.name);
      },
      get VpcId() {
        return String(property('VpcId') ?? '');
      },
    },
  }),
  read: (take) => {
    take.string('GroupName');
    const egress = take.objects('SecurityGroupEgress').map((rule) => readRule(rule, 'Destination'));
    take.accept('GroupDescription', 'words for people');
    take.accept('VpcId', ONE_NETWORK);
    return {
      ingress: take.objects('SecurityGroupIngress').map((rule) => readRule(rule, 'Source')),
      egress: egress.length > 0 ? egress : [ALL_OUTBOUND],
    };
  },
};
