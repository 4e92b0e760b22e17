import type { Resource } from './resource.ts';
import { discoveryService } from './resources/discovery-service.ts';
import type { EcsService } from './resources/ecs-service.ts';
import type { System } from './system.ts';

/** Construct ids that say nothing of the service. */
const SAYS_NOTHING = ['Resource', 'Default', 'Service'];

/** Short names, by id of the service: what people type. Those that would be the same carry their stack's name. */
export const serviceNames = (
  system: Pick<System, 'find'>,
  services: readonly Resource<EcsService>[],
): ReadonlyMap<string, string> => {
  const short = new Map(services.map((service) => [service.id, nameOf(system, service)]));
  const taken = new Set<string>();
  const unique = (service: Resource<EcsService>): string => {
    const name = short.get(service.id)!;
    const shared = services.some((other) => other !== service && short.get(other.id) === name);
    const candidate = shared ? kebab(`${service.stack}-${name}`) : name;
    return taken.has(candidate) ? kebab(`${candidate}-${service.logicalId}`) : candidate;
  };
  return new Map(
    services.map((service) => {
      const name = unique(service);
      taken.add(name);
      return [service.id, name];
    }),
  );
};

const nameOf = (system: Pick<System, 'find'>, { data, path }: Resource<EcsService>): string => {
  const connected = data.connect?.services.map((one) => one.discoveryName).find((name) => name !== undefined);
  const registered = data.registries.map(({ arn }) => system.find(discoveryService, arn)?.data.name).find(Boolean);
  return data.name ?? connected ?? registered ?? nameInPath(path);
};

const nameInPath = (path: string): string => {
  const parts = path.split('/');
  while (parts.length > 1 && SAYS_NOTHING.includes(parts.at(-1)!)) parts.pop();
  return kebab(parts.at(-1)!);
};

const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
