import type { ResourceType } from '../resource.ts';

/** A virtual network; groups and subnets name it. */
export interface Vpc {
  /** Undefined where an address manager chooses it. */
  readonly cidr: string | undefined;
}

/** Why it decides nothing which network something is in. */
export const ONE_NETWORK = 'all tasks of the twin share one network; security groups decide who reaches whom';

/** `AWS::EC2::VPC` */
export const vpc: ResourceType<Vpc> = {
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
    const names = 'names resolve on the twin as if DNS were on';
    take.accept('EnableDnsSupport', names);
    take.accept('EnableDnsHostnames', names);
    return { cidr: take.string('CidrBlock') };
  },
};
