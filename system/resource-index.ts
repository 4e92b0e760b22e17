import type { Resource, ResourceType } from './resource.ts';

type ByValue = ReadonlyMap<string, Resource<unknown> | undefined>;

/** Resources by type, and within a type by what other resources call them. */
export class ResourceIndex {
  readonly #byType = new Map<string, Resource<unknown>[]>();
  readonly #byValue = new Map<string, ByValue>();

  constructor(resources: readonly Resource<unknown>[]) {
    for (const resource of resources) {
      const same = this.#byType.get(resource.type);
      if (same) same.push(resource);
      else this.#byType.set(resource.type, [resource]);
    }
  }

  of<T>(type: ResourceType<T>): readonly Resource<T>[] {
    return (this.#byType.get(type.type) ?? []) as Resource<T>[];
  }

  /** The one resource whose `Ref` or, failing that, an attribute is this value. */
  find<T>(type: ResourceType<T>, value: string): Resource<T> | undefined {
    let byValue = this.#byValue.get(type.type);
    if (!byValue) {
      byValue = indexed(this.of(type));
      this.#byValue.set(type.type, byValue);
    }
    return byValue.get(value) as Resource<T> | undefined;
  }
}

const indexed = (resources: readonly Resource<unknown>[]): ByValue => {
  const byValue = new Map<string, Resource<unknown> | undefined>();
  for (const resource of resources)
    for (const value of Object.values(resource.attributes)) {
      // A value that several resources share (the id of their VPC) identifies none of them.
      const other = byValue.has(value) && byValue.get(value) !== resource;
      byValue.set(value, other ? undefined : resource);
    }
  for (const resource of resources) byValue.set(resource.ref, resource);
  return byValue;
};
