import type { ImageAsset, MetadataEntry } from '../assembly/assembly.ts';
import type { Honesty } from './honesty.ts';
import type { Resource, ResourceType } from './resource.ts';
import type { SsmValues } from './shared-values.ts';

/** What the templates of an assembly ask for, as plain typed data. Nothing moves here. */
export interface System {
  readonly account: string;
  readonly region: string;
  /** Stacks in an order in which they can be deployed first; a cycle is an error that names the path. */
  readonly stacks: readonly SystemStack[];
  /** All resources of a type, in the order of their stacks. */
  of<T>(type: ResourceType<T>): readonly Resource<T>[];
  /** The one resource of a type whose `Ref`, `Arn` or other attribute is this value. */
  find<T>(type: ResourceType<T>, value: string): Resource<T> | undefined;
  /** Values of metadata of this type at a construct or the nearest one above it. */
  metadata(path: string, type: string): MetadataEntry['data'] | undefined;
  /** SSM parameters that were given, since no stack of the assembly writes them. */
  readonly givenParameters: SsmValues;
  /** Images the assembly would push. */
  readonly images: readonly ImageAsset[];
  readonly honesty: readonly Honesty[];
}

export interface SystemStack {
  readonly name: string;
  readonly path: string;
  /** Names of stacks whose parameters, exports or resources it reads. */
  readonly after: readonly string[];
}
