import type { Resource } from './resource.ts';
import { type HttpNamespace, httpNamespace } from './resources/http-namespace.ts';
import { type PrivateDnsNamespace, privateDnsNamespace } from './resources/private-dns-namespace.ts';
import type { System } from './system.ts';

/** A Cloud Map namespace of either type. */
export type Namespace = Resource<HttpNamespace | PrivateDnsNamespace>;

/** All Cloud Map namespaces of a system. */
export const namespaces = (system: Pick<System, 'of'>): readonly Namespace[] => [
  ...system.of(httpNamespace),
  ...system.of(privateDnsNamespace),
];

/** The namespace of this id or ARN. */
export const findNamespace = (system: Pick<System, 'find'>, idOrArn: string): Namespace | undefined =>
  system.find(httpNamespace, idOrArn) ?? system.find(privateDnsNamespace, idOrArn);
