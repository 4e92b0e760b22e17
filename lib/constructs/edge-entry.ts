import { aws_apigatewayv2 as api, aws_elasticloadbalancingv2 as elb, Lazy } from 'aws-cdk-lib';
import { Construct, type IConstruct, type IDependable } from 'constructs';
import { acknowledge } from './acknowledgement.ts';
import { edgeBand, edgePriority, LAST_PRIORITY } from './edge-priority.ts';
import { type EdgeRouteKey, edgeRouteKeys } from './edge-route-key.ts';
import { EdgeRuleBook } from './edge-rule-book.ts';
import type { Microservice } from './microservice.ts';
import { refuse, refuseOtherStack, refuseTokens } from './refusal.ts';
import type { StageProfile } from './stage-profile.ts';
import { Timeouts } from './timeouts.ts';

/** What a service's stack must know about an edge. */
export interface EdgeContract extends IConstruct {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
  /** Id of the HTTP API. */
  readonly apiId: string;
  /** Id of the one integration, API to balancer, that all routes share. */
  readonly integrationId: string;
  /** Id of the API's authorizer; only an edge with `tokens` has one. */
  readonly authorizerId: string;
  /** The balancer's listener, which services add their rules to. */
  readonly listener: elb.IApplicationListener;
}

/** Who may use a route: everyone, with the reason; or callers whose token has one of these scopes. */
export type EdgeRouteOptions = (
  | { readonly public: string; readonly scopes?: never }
  | { readonly scopes: readonly string[]; readonly public?: never }
) & {
  /** Number of the listener rule, 1 to 50000; of the rules that match, the lowest wins. @default - the more specific path wins */
  readonly priority?: number;
};

const PATTERNS_PER_RULE = 5;

/** With a prefix, because an edge may have the same id as another child of the service. */
const idOf = (edge: EdgeContract): string => `Routes:${edge.node.id}`;

/** What one service has at one edge: its target group, listener rules and routes, all of them in the service's stack. */
export class EdgeEntry extends Construct {
  /** The entry of a service at an edge, made when first asked for. */
  static of(edge: EdgeContract, service: Microservice): EdgeEntry {
    if (edge.stage.name !== service.stage.name) {
      refuse(
        service,
        `a route stays within a stage, got ${edge.node.path} of ${edge.stage.name} for a service of ` +
          `${service.stage.name}; pass the service's stage to Edge.fromContract`,
      );
    }
    refuseOtherStack(service, edge, "Edge.fromContract(this, 'Edge', { stage })");
    const entry = service.node.tryFindChild(idOf(edge));
    return entry instanceof EdgeEntry ? entry : new EdgeEntry(edge, service);
  }

  private readonly edge: EdgeContract;
  private readonly service: Microservice;
  private readonly book: EdgeRuleBook;
  private readonly targetGroup: elb.ApplicationTargetGroup;
  private readonly patternsOfRules = new Map<string, string[][]>();
  private attached = false;
  private lastRoute: IDependable | undefined;

  private constructor(edge: EdgeContract, service: Microservice) {
    super(service, idOf(edge));
    this.edge = edge;
    this.service = service;
    this.book = EdgeRuleBook.of(edge, edge.stage.name);
    this.targetGroup = new elb.ApplicationTargetGroup(this, 'Target', {
      vpc: service.platform.vpc,
      targetType: elb.TargetType.IP,
      protocol: elb.ApplicationProtocol.HTTP,
      port: service.port,
      deregistrationDelay: Timeouts.leave.deregistration,
      healthCheck: {
        path: service.healthPath,
        interval: Timeouts.health.interval,
        timeout: Timeouts.health.timeout,
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
  }

  /** Adds a route: `GET /catalog/products/{id}`. */
  add(route: string, options: EdgeRouteOptions): void {
    refuseTokens(this.service, { [`priority of route '${route}'`]: options.priority });
    try {
      for (const key of edgeRouteKeys(route)) {
        this.book.claimPattern(key.pattern, { service: this.service, route });
        this.addPattern(key.pattern, route, options.priority);
        this.addRoute(key, options);
      }
    } catch (error) {
      throw new Error(`${this.service.node.path}: ${(error as Error).message}`, { cause: error });
    }
  }

  private addPattern(pattern: string, route: string, priority: number | undefined): void {
    const band = priority === undefined ? edgeBand(pattern) : undefined;
    const group = band?.name ?? `Priority${priority}`;
    const rules = this.patternsOfRules.get(group) ?? [];
    this.patternsOfRules.set(group, rules);
    if (rules.some((patterns) => patterns.includes(pattern))) return;

    const withRoom = rules.find((patterns) => patterns.length < PATTERNS_PER_RULE);
    if (withRoom) {
      withRoom.push(pattern);
      return;
    }
    const patterns = [pattern];
    rules.push(patterns);
    const id = `${group}Rule${rules.length}`;
    this.addRule(id, band ? edgePriority(band, `${this.service.name}/${id}`) : priority!, route, patterns);
  }

  /** `patterns` may grow until synthesis. */
  private addRule(id: string, priority: number, route: string, patterns: readonly string[]): void {
    if (!Number.isInteger(priority) || priority < 1 || priority > LAST_PRIORITY) {
      throw new Error(`route '${route}': a priority is a whole number from 1 to ${LAST_PRIORITY}, got ${priority}`);
    }
    this.book.claimPriority(priority, { service: this.service, route });
    new elb.ApplicationListenerRule(this, id, {
      listener: this.edge.listener,
      priority,
      conditions: [elb.ListenerCondition.pathPatterns(Lazy.list({ produce: () => [...patterns] }))],
      targetGroups: [this.targetGroup],
    });
    // Not before the first rule: until then the group has no balancer whose requests could be counted.
    if (!this.attached) this.service.attachTo(this.targetGroup);
    this.attached = true;
  }

  private addRoute(key: EdgeRouteKey, options: EdgeRouteOptions): void {
    const routeKey = `${key.method} ${key.path}`;
    // A construct's id can't have a slash, and no segment has a colon.
    const id = `${key.method}${key.path.replaceAll('/', ':')}`;
    if (this.node.tryFindChild(id)) throw new Error(`route '${routeKey}' is there already; remove one of the two`);
    const route = new api.CfnRoute(this, id, {
      apiId: this.edge.apiId,
      routeKey,
      target: `integrations/${this.edge.integrationId}`,
      ...this.authorization(routeKey, options),
    });
    if (options.public) {
      acknowledge(route, 'AwsSolutions::AwsSolutions-APIG4', `Public on purpose: ${options.public}`);
    }
    // API Gateway refuses concurrent changes to an API, so routes are made one after another. The first comes after
    // the service: no route before there are healthy tasks behind it.
    route.node.addDependency(this.lastRoute ?? this.service.service);
    this.lastRoute = route;
  }

  private authorization(routeKey: string, options: EdgeRouteOptions): Partial<api.CfnRouteProps> {
    if (options.scopes && options.public) {
      throw new Error(`route '${routeKey}' is public and asks for scopes, got both; drop one of the two`);
    }
    if (options.scopes?.length === 0) {
      throw new Error(
        `route '${routeKey}' would take any token, got no scopes; name those that may use it, or say { public: 'why' }`,
      );
    }
    if (options.scopes) {
      return {
        authorizationType: 'JWT',
        authorizerId: this.edge.authorizerId,
        authorizationScopes: [...options.scopes],
      };
    }
    if (options.public?.trim()) return { authorizationType: 'NONE' };
    throw new Error(
      `route '${routeKey}' neither asks for a token nor says why everyone may use it; ` +
        `add { scopes: ['…'] } or { public: 'the reason' }`,
    );
  }
}
