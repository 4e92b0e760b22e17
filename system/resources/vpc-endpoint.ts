import type { ResourceType } from '../resource.ts';
import { ONE_NETWORK } from './vpc.ts';

/** A way to an AWS service that does not leave the VPC. */
export interface VpcEndpoint {
  /** `com.amazonaws.us-east-1.ssm` */
  readonly service: string | undefined;
  /** `Gateway`, `Interface` or another kind AWS knows. */
  readonly kind: string;
  /** Groups of an interface endpoint, by id. */
  readonly groups: readonly string[];
  readonly subnets: readonly string[];
  /** Whether names of the service lead to it. */
  readonly privateDns: boolean;
}

/** `AWS::EC2::VPCEndpoint` */
export const vpcEndpoint: ResourceType<VpcEndpoint> = {
  type: 'AWS::EC2::VPCEndpoint',
  identity: (place) => ({ ref: `vpce-${place.hash}`, attributes: { Id: `vpce-${place.hash}` } }),
  read: (take) => {
    take.accept('RouteTableIds', 'every subnet on the twin has a route to it');
    take.accept('VpcId', ONE_NETWORK);
    take.accept('PolicyDocument', 'the twin judges by the policies of roles; an endpoint lets all of it through');
    const kind = take.string('VpcEndpointType') ?? 'Gateway';
    const privateDns = take.boolean('PrivateDnsEnabled') ?? false;
    if (kind === 'Gateway')
      take.acceptAll('egress to the prefix list of its service decides, with the endpoint or not');
    else if (kind !== 'Interface' || !privateDns)
      take.acceptAll('names of the service do not lead to it, so tasks of the twin go past it');
    return {
      service: take.string('ServiceName'),
      kind,
      groups: take.strings('SecurityGroupIds'),
      subnets: take.strings('SubnetIds'),
      privateDns,
    };
  },
};
