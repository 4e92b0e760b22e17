import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';

/** A Cloud Map namespace whose services are found by API and by Service Connect, not by DNS. */
export interface HttpNamespace {
  readonly name: string | undefined;
}

/** `AWS::ServiceDiscovery::HttpNamespace` */
export const httpNamespace: ResourceType<HttpNamespace> = {
  type: 'AWS::ServiceDiscovery::HttpNamespace',
  identity: (place) => {
    const id = `ns-${place.hash}`;
    return { ref: id, attributes: { Id: id, Arn: arn(place, 'servicediscovery', `namespace/${id}`) } };
  },
  read: (take) => {
    take.accept('Description', 'words for people');
    return { name: take.string('Name') };
  },
};
