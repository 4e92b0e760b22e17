import type { ResourceType } from '../resource.ts';
import { ONE_NETWORK } from './vpc.ts';

/** A range of addresses; which subnet a task runs in decides the address rules see. */
export interface Subnet {
  readonly cidr: string | undefined;
  /** The availability zone it lies in; undefined for any. */
  readonly zone: string | undefined;
}

/** `AWS::EC2::Subnet` */
export const subnet: ResourceType<Subnet> = {
  type: 'AWS::EC2::Subnet',
  identity: (place, property) => ({
    ref: `subnet-${place.hash}`,
    attributes: {
      SubnetId: `subnet-${place.hash}`,
      get VpcId() {
        return String(property('VpcId') ?? '');
      },
      get AvailabilityZone() {
        return String(property('AvailabilityZone') ?? `${place.region}a`);
      },
      get CidrBlock() {
        return String(property('CidrBlock') ?? '');
      },
    },
  }),
  read: (take) => {
    take.accept('MapPublicIpOnLaunch', 'nothing on the twin has a public address');
    take.accept('VpcId', ONE_NETWORK);
    return { cidr: take.string('CidrBlock'), zone: take.string('AvailabilityZone') };
  },
};
