import { cloudMapUrl } from '../../contract/cloud-map-url.ts';
import { namespaceName } from '../../contract/parameters.ts';
import type { StageProfile } from './stage-profile.ts';

/** How callers find the tasks of a service: `new Microservice(this, 'Stock', { …, discovery: Discovery.cloudMap() })`. */
export class Discovery {
  /** By its Service Connect name: a proxy next to each caller knows the tasks, balances and retries. */
  static serviceConnect(): Discovery {
    return new Discovery('serviceConnect', [], (name) => `http://${name}`);
  }

  /** By asking Cloud Map: each caller knows the tasks itself, balances by a rule of its own and calls them directly. */
  static cloudMap(): Discovery {
    return new Discovery('cloudMap', ['servicediscovery:DiscoverInstances'], (service, namespace) =>
      cloudMapUrl({ namespace, service }),
    );
  }

  /** The method that makes it: `cloudMap`. */
  readonly name: string;
  /** What a caller must be allowed to do to find the tasks. */
  readonly actions: readonly string[];
  private readonly address: (name: string, namespace: string) => string;

  private constructor(name: string, actions: string[], address: (name: string, namespace: string) => string) {
    this.name = name;
    this.actions = actions;
    this.address = address;
  }

  /** The URL callers get for a service of this name. */
  urlOf(name: string, stage: StageProfile): string {
    return this.address(name, namespaceName(stage.name));
  }
}
