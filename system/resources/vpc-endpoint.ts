import type { ResourceType } from '../resource.ts';

/** A way to an AWS service that does not leave the VPC. */
export interface VpcEndpoint {
  readonly vpc: string | undefined;
  /** `com.amazonaws.us-east-1.dynamodb` */
  readonly service: string | undefined;
  /** `Gateway`, `Interface` or another kind AWS knows. */
  readonly kind: string;
  /** Groups of an interface endpoint, by id. */
  readonly groups: readonly string[];
  readonly subnets: readonly string[];
  readonly privateDns: boolean;
  /** Policy document; undefined lets everything through. */
  readonly policy: unknown;
}

/** `AWS::EC2::VPCEndpoint` */
export const vpcEndpoint: ResourceType<VpcEndpoint> = {
  type: 'AWS::EC2::VPCEndpoint',
  identity: (place) => ({ ref: `vpce-${place.hash}`, attributes: { Id: `vpce-${place.hash}` } }),
  read: (take) => {
    take.accept('RouteTableIds', 'every subnet on the twin has a route to it');
    return {
      vpc: take.string('VpcId'),
      service: take.string('ServiceName'),
      kind: take.string('VpcEndpointType') ?? 'Gateway',
      groups: take.strings('SecurityGroupIds'),
      subnets: take.strings('SubnetIds'),
      privateDns: take.boolean('PrivateDnsEnabled') ?? false,
      policy: take.whole('PolicyDocument'),
    };
  },
};
