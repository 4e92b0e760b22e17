import type { Resource } from './resource.ts';
import { resourceTypes } from './resources/list.ts';
import type { System } from './system.ts';

type Source = Pick<System, 'stacks' | 'of'>;

/** For each service, the ids of those that start before it: in stacks its own comes after, or by `DependsOn`. */
export const launchOrder = (
  system: Source,
  services: readonly Resource<unknown>[],
): ReadonlyMap<string, readonly string[]> => {
  const stacks = new Map(system.stacks.map((stack) => [stack.name, stack.after]));
  const waitsFor = dependencies(system);
  return new Map(
    services.map((service) => {
      const earlierStacks = reachable(service.stack, (name) => stacks.get(name) ?? []);
      const earlier = reachable(service.id, (id) => waitsFor.get(id) ?? []);
      const before = services.filter(({ id, stack }) => earlier.has(id) || earlierStacks.has(stack));
      return [service.id, before.map(({ id }) => id).filter((id) => id !== service.id)];
    }),
  );
};

/** `DependsOn` by id; one on a nested stack means all that is in it. */
const dependencies = (system: Source): ReadonlyMap<string, readonly string[]> => {
  const resources = [...resourceTypes.values()].flatMap((type) => system.of(type));
  const nested = new Map<string, string[]>();
  for (const { stack, logicalId, id } of resources)
    for (let end = logicalId.indexOf('/'); end > 0; end = logicalId.indexOf('/', end + 1)) {
      const around = `${stack}/${logicalId.slice(0, end)}`;
      nested.set(around, [...(nested.get(around) ?? []), id]);
    }
  return new Map(
    resources.map(({ id, stack, dependsOn }) => [
      id,
      dependsOn.flatMap((logicalId) => nested.get(`${stack}/${logicalId}`) ?? `${stack}/${logicalId}`),
    ]),
  );
};

/** All that can be reached by following `next`, the start aside. */
const reachable = (start: string, next: (from: string) => readonly string[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  const visit = (from: string): void => {
    for (const to of next(from))
      if (!seen.has(to)) {
        seen.add(to);
        visit(to);
      }
  };
  visit(start);
  seen.delete(start);
  return seen;
};
