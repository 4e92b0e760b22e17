import type { Place } from '../assembly/physical-id.ts';
import type { Take } from './take.ts';

export type { Place };

/** A resource of a template, read. Values are physical: references are resolved, across stacks too. */
export interface Resource<T> {
  /** `stack/logicalId` */
  readonly id: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Construct path, for example `dev/Catalog/Products/Table/Resource`; `stack/logicalId` where the assembly has none. */
  readonly path: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Logical ids, in the same stack, this resource says it comes after. */
  readonly dependsOn: readonly string[];
  readonly data: T;
}

/** All that is known of one resource type: a file in `resources/` and a line in its list. */
export interface ResourceType<T> {
  readonly type: string;
  /** What `Ref` and `Fn::GetAtt` give. `property` resolves one property of the resource, for names the template sets. */
  identity(place: Place, property: (name: string) => unknown): { ref: string; attributes: Record<string, string> };
  /** Takes each property it understands; what it does not take is accepted but not simulated. */
  read(take: Take): T;
}
