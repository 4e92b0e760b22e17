import type { IMicroservice } from './microservice.ts';
import { perApp, placeKey } from './per-app.ts';

/** Who calls whom in an app. A service is deployed after those it calls, so calls must not form a cycle. */
export class CallGraph {
  /** The graph of the app a construct belongs to. */
  static readonly of = perApp(() => new CallGraph());

  private readonly callees = new Map<string, Set<string>>();

  /** Adds a call; returns the names along the cycle it closes, if it closes one. */
  add(caller: IMicroservice, callee: IMicroservice): string[] | undefined {
    const [from, to] = [key(caller), key(callee)];
    const cycle = this.path(to, from);
    if (cycle) return [from, ...cycle].map((node) => node.slice(node.lastIndexOf('/') + 1));
    this.callees.set(from, (this.callees.get(from) ?? new Set()).add(to));
    return undefined;
  }

  /** Whether a call is there already. */
  has(caller: IMicroservice, callee: IMicroservice): boolean {
    return this.callees.get(key(caller))?.has(key(callee)) ?? false;
  }

  private path(from: string, to: string): string[] | undefined {
    if (from === to) return [to];
    for (const next of this.callees.get(from) ?? []) {
      const rest = this.path(next, to);
      if (rest) return [from, ...rest];
    }
    return undefined;
  }
}

/** A stage of one name may be in several regions and accounts. */
const key = (service: IMicroservice): string => placeKey(service, service.stage.name, service.name);
