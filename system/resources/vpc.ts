import type { ResourceType } from '../resource.ts';

/** Why the network that something is in decides nothing. */
export const ONE_NETWORK = 'all tasks of the twin share one network; security groups decide who reaches whom';

/** `AWS::EC2::VPC`, a virtual network; groups and subnets name it. */
export const vpc: ResourceType<undefined> = {
  type: 'AWS::EC2::VPC',
  identity: (place, property) => ({
    ref: `vpc-${place.hash}`,
    attributes: {
      VpcId: `vpc-${place.hash}`,
      DefaultSecurityGroup: `sg-${place.hash}`,
      DefaultNetworkAcl: `acl-${place.hash}`,
      get CidrBlock() {
        return String(property('CidrBlock') ?? '');
      },
    },
  }),
  read: (take) => {
    take.string('CidrBlock');
    const names = 'names resolve on the twin as if DNS were on';
    take.accept('EnableDnsSupport', names);
    take.accept('EnableDnsHostnames', names);
  },
};
