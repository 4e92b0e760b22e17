import type { IConstruct } from 'constructs';
import { perApp, placeKey } from './per-app.ts';

/** Who took something on an edge, and for which route. */
export interface EdgeClaim {
  readonly service: IConstruct;
  readonly route: string;
}

const booksOf = perApp(() => new Map<string, EdgeRuleBook>());

/**
 * What the services of an app have taken on one edge. Their stacks cannot see each other, the balancer has room for
 * only one rule per number, and of two rules with one path it uses only the first: both are refused here.
 */
export class EdgeRuleBook {
  /** The book of an edge: one per app, environment and stage, however many stacks look the edge up. */
  static of(edge: IConstruct, stage: string): EdgeRuleBook {
    const books = booksOf(edge);
    const key = placeKey(edge, stage);
    const book = books.get(key) ?? new EdgeRuleBook();
    books.set(key, book);
    return book;
  }

  private readonly patterns = new Map<string, EdgeClaim>();
  private readonly priorities = new Map<number, EdgeClaim>();

  /** Takes a path for a service; the balancer sees paths, not methods, so a path has one service. */
  claimPattern(pattern: string, claim: EdgeClaim): void {
    const other = this.patterns.get(pattern);
    if (other && other.service !== claim.service) {
      throw new Error(
        `route '${claim.route}' matches '${pattern}' at the balancer, as does '${other.route}' of ` +
          `${other.service.node.path}; give one of them another path`,
      );
    }
    this.patterns.set(pattern, claim);
  }

  /** Takes a priority for one rule. */
  claimPriority(priority: number, claim: EdgeClaim): void {
    const other = this.priorities.get(priority);
    if (other) {
      throw new Error(
        `the rule of route '${claim.route}' has priority ${priority}, as has that of '${other.route}' of ` +
          `${other.service.node.path}; give one of them a priority of its own, for example ${this.free(priority)}`,
      );
    }
    this.priorities.set(priority, claim);
  }

  private free(near: number): number {
    let candidate = near;
    while (this.priorities.has(candidate)) candidate += 1;
    return candidate;
  }
}
