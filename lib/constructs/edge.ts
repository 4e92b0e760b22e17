import {
  aws_apigatewayv2 as api,
  aws_ec2 as ec2,
  aws_elasticloadbalancingv2 as elb,
  aws_logs as logs,
} from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { Header } from '../../contract/headers.ts';
import { edgeParameter } from '../../contract/parameters.ts';
import { acknowledge } from './acknowledgement.ts';
import { type EdgeContract, EdgeEntry, type EdgeRouteOptions } from './edge-entry.ts';
import type { Microservice } from './microservice.ts';
import { type EdgeContractProps, PublishedEdge } from './published-edge.ts';
import { refuse, refuseTokens } from './refusal.ts';
import { expectPlatform, type IServicePlatform } from './service-platform.ts';
import { StageParameter } from './stage-parameter.ts';
import type { StageProfile } from './stage-profile.ts';
import { Timeouts } from './timeouts.ts';

/** The way into a stage from outside, made here or found by its contract. */
export interface IEdge extends EdgeContract {
  /** Where the outside reaches it. */
  readonly url: string;
  /** Sends requests such as `GET /catalog/products/{id}` to a service. Everything this needs is made in the service's stack. */
  route(route: string, service: Microservice, options: EdgeRouteOptions): void;
}

/** What an {@link Edge} is made of. */
export interface EdgeProps {
  /** What it runs on. */
  readonly platform: IServicePlatform;
  /** Whose tokens (JWT) routes with `scopes` accept. @default - none; every route says why it is public */
  readonly tokens?: { readonly issuer: string; readonly audience: readonly string[] };
  /** Requests a second the whole edge takes, and how many at once. @default { rate: 500, burst: 1000 } */
  readonly throttle?: { readonly rate: number; readonly burst: number };
}

/** An HTTP API before a private balancer. It owns what all services share; each service owns its routes. */
export class Edge extends Construct implements IEdge {
  /** The edge another stack made, found by its stage alone. */
  static fromContract(scope: Construct, id: string, props: EdgeContractProps): IEdge {
    return new PublishedEdge(scope, id, props);
  }

  readonly stage: StageProfile;
  readonly url: string;
  readonly apiId: string;
  readonly integrationId: string;
  /** The API, for domain names and the like. */
  readonly api: api.HttpApi;
  /** The private balancer behind the API. */
  readonly balancer: elb.ApplicationLoadBalancer;
  readonly listener: elb.ApplicationListener;
  private readonly authorizer: api.CfnAuthorizer | undefined;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    const { platform } = props;
    expectPlatform(this, platform);
    const { name, profile, rules } = platform.stage;
    if (rules.zones < 2) {
      refuse(
        this,
        `a balancer stands in two zones at least, got stage ${name} with ${rules.zones}; ` +
          `say StageProfile.${profile}('${name}', { zones: 2 })`,
      );
    }
    const { rate, burst } = props.throttle ?? { rate: 500, burst: 1000 };
    refuseTokens(this, { 'throttle.rate': rate, 'throttle.burst': burst });
    if (!(rate > 0) || !Number.isInteger(burst) || burst < 1) {
      refuse(this, `throttle must let requests through, got rate ${rate} and burst ${burst}; use numbers from 1`);
    }
    this.stage = platform.stage;

    const balancerGroup = new ec2.SecurityGroup(this, 'BalancerGroup', {
      vpc: platform.vpc,
      description: 'Balancer of the edge',
      allowAllOutbound: false,
    });
    const linkGroup = new ec2.SecurityGroup(this, 'LinkGroup', {
      vpc: platform.vpc,
      description: 'VPC link of the edge',
      allowAllOutbound: false,
    });
    balancerGroup.connections.allowFrom(linkGroup, ec2.Port.tcp(80), 'VPC link to balancer');
    keepClosed(linkGroup);

    this.balancer = this.makeBalancer(platform, balancerGroup);
    this.listener = this.balancer.addListener('Listener', {
      port: 80,
      open: false,
      defaultAction: elb.ListenerAction.fixedResponse(404, {
        contentType: 'application/json',
        messageBody: '{"message":"Not Found"}',
      }),
    });

    this.api = new api.HttpApi(this, 'Api', {
      // Names of APIs need not be unique; this one only tells them apart in lists.
      apiName: `mosaic-${this.stage.name}`,
      createDefaultStage: false,
    });
    this.apiId = this.api.apiId;
    this.url = this.api.apiEndpoint;
    this.makeStage({ rate, burst });
    this.integrationId = this.makeIntegration(platform, linkGroup);
    this.authorizer = props.tokens && this.makeAuthorizer(props.tokens);
    this.publish(balancerGroup);
  }

  get authorizerId(): string {
    if (this.authorizer) return this.authorizer.attrAuthorizerId;
    return refuse(this, 'a route with scopes needs an authorizer, got none; give the edge tokens');
  }

  route(route: string, service: Microservice, options: EdgeRouteOptions): void {
    EdgeEntry.of(this, service).add(route, options);
  }

  private makeBalancer(platform: IServicePlatform, securityGroup: ec2.ISecurityGroup): elb.ApplicationLoadBalancer {
    const balancer = new elb.ApplicationLoadBalancer(this, 'Balancer', {
      vpc: platform.vpc,
      vpcSubnets: platform.subnets,
      internetFacing: false,
      securityGroup,
      dropInvalidHeaderFields: true,
      idleTimeout: Timeouts.idle.balancer,
      deletionProtection: this.stage.rules.deletionProtection,
    });
    acknowledge(
      balancer,
      'AwsSolutions::AwsSolutions-ELB2',
      'Only the API reaches this balancer, and the API logs every request, also those it answers itself.',
    );
    return balancer;
  }

  private makeStage(throttle: { rate: number; burst: number }): void {
    const accessLog = new logs.LogGroup(this, 'AccessLog', {
      retention: this.stage.rules.logRetention,
      removalPolicy: this.stage.rules.removalPolicy,
    });
    this.api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: throttle.rate, burstLimit: throttle.burst },
      accessLogSettings: {
        destination: new api.LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
  }

  private makeIntegration(platform: IServicePlatform, linkGroup: ec2.ISecurityGroup): string {
    const link = new api.VpcLink(this, 'Link', {
      vpc: platform.vpc,
      subnets: platform.subnets,
      securityGroups: [linkGroup],
    });
    const integration = new api.CfnIntegration(this, 'Integration', {
      apiId: this.api.apiId,
      integrationType: 'HTTP_PROXY',
      integrationMethod: 'ANY',
      integrationUri: this.listener.listenerArn,
      connectionType: 'VPC_LINK',
      connectionId: link.vpcLinkId,
      payloadFormatVersion: '1.0',
      timeoutInMillis: Timeouts.deadline.edge.toMilliseconds(),
      // Ours to say: whoever is outside could have every request end as a timeout of ours.
      requestParameters: { [`remove:header.${Header.deadline}`]: '' },
    });
    return integration.ref;
  }

  private makeAuthorizer(tokens: NonNullable<EdgeProps['tokens']>): api.CfnAuthorizer {
    return new api.CfnAuthorizer(this, 'Authorizer', {
      apiId: this.api.apiId,
      name: 'tokens',
      authorizerType: 'JWT',
      identitySource: ['$request.header.Authorization'],
      jwtConfiguration: { issuer: tokens.issuer, audience: [...tokens.audience] },
    });
  }

  private publish(balancerGroup: ec2.ISecurityGroup): void {
    const write = (name: string, value: string) =>
      StageParameter.write(this, edgeParameter(this.stage.name, name), value);
    write('url', this.url);
    write('api-id', this.apiId);
    write('integration-id', this.integrationId);
    write('listener-arn', this.listener.listenerArn);
    write('balancer-security-group', balancerGroup.securityGroupId);
    if (this.authorizer) write('authorizer-id', this.authorizer.attrAuthorizerId);
  }
}

const ACCESS_LOG = {
  time: '$context.requestTimeEpoch',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  serviceStatus: '$context.integrationStatus',
  serviceLatencyMs: '$context.integrationLatency',
  error: '$context.integrationErrorMessage',
};

/**
 * Closes egress in the group itself: its one rule is a resource of its own, and without any rule EC2 would
 * let everything out.
 */
function keepClosed(group: ec2.SecurityGroup): void {
  (group.node.defaultChild as ec2.CfnSecurityGroup).addPropertyOverride('SecurityGroupEgress', [
    {
      CidrIp: '255.255.255.255/32',
      Description: 'Disallow all traffic',
      IpProtocol: 'icmp',
      FromPort: 252,
      ToPort: 86,
    },
  ]);
}
