import { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { IMicroservice } from './microservice.ts';

const graphs = new WeakMap<IConstruct, CallGraph>();

/** Who calls whom in an app. A service is deployed after those it calls, so calls must not run in a circle. */
export class CallGraph {
  /** The graph of the app a construct belongs to. */
  static of(construct: Construct): CallGraph {
    const graph = graphs.get(construct.node.root) ?? new CallGraph();
    graphs.set(construct.node.root, graph);
    return graph;
  }

  private readonly callees = new Map<string, Set<string>>();

  /** Adds a call; returns the names along the circle it closes, if it closes one. */
  add(caller: IMicroservice, callee: IMicroservice): string[] | undefined {
    const [from, to] = [key(caller), key(callee)];
    const circle = this.path(to, from);
    if (circle) return [from, ...circle].map((node) => node.slice(node.lastIndexOf('/') + 1));
    this.callees.set(from, (this.callees.get(from) ?? new Set()).add(to));
    return undefined;
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
function key(service: IMicroservice): string {
  const { account, region } = Stack.of(service);
  return [account, region, service.stage.name, service.name].join('/');
}
