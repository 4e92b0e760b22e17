import type { ResourceType } from '../resource.ts';

/** The way of an HTTP API into a VPC. */
export interface VpcLink {
  /** Security groups, by id. */
  readonly groups: readonly string[];
  readonly subnets: readonly string[];
}

/** `AWS::ApiGatewayV2::VpcLink` */
export const vpcLink: ResourceType<VpcLink> = {
  type: 'AWS::ApiGatewayV2::VpcLink',
  identity: (place) => ({ ref: place.hash.slice(0, 6), attributes: { VpcLinkId: place.hash.slice(0, 6) } }),
  read: (take) => {
    take.accept('Name', 'words for people');
    return { groups: take.strings('SecurityGroupIds'), subnets: take.strings('SubnetIds') };
  },
};
