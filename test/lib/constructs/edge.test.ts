import { describe, expect, it } from '@jest/globals';
import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Edge } from '../../../lib/constructs/edge.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { serviceBehindEdge, testImage } from '../../service-behind-edge.ts';

const env = { region: 'us-east-1' };
const dev = StageProfile.dev('dev');
const everyone = { public: 'a test' };

function edgeTemplate(stage = dev, props: Partial<ConstructorParameters<typeof Edge>[2]> = {}): Template {
  const stack = new Stack(testApp(), 'Edge', { env });
  new Edge(stack, 'Edge', { platform: ServicePlatform.fromContract(stack, 'Platform', { stage }), ...props });
  return Template.fromStack(stack);
}

const rulesOf = (template: Template) =>
  Object.values(template.findResources('AWS::ElasticLoadBalancingV2::ListenerRule')).map(({ Properties }) => ({
    paths: Properties.Conditions[0].PathPatternConfig.Values as string[],
    priority: Properties.Priority as number,
  }));

describe('an edge', () => {
  it('has one integration, through a VPC link of its own, to a balancer nobody else reaches', () => {
    const template = edgeTemplate();
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      ConnectionType: 'VPC_LINK',
      IntegrationType: 'HTTP_PROXY',
      IntegrationMethod: 'ANY',
      TimeoutInMillis: 29_000,
      RequestParameters: { 'remove:header.x-deadline-ms': '' },
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internal',
      LoadBalancerAttributes: Match.arrayWith([
        { Key: 'idle_timeout.timeout_seconds', Value: '60' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      ]),
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [Match.objectLike({ Type: 'fixed-response' })],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      FromPort: 80,
      GroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('EdgeBalancerGroup'), 'GroupId'] },
      SourceSecurityGroupId: { 'Fn::GetAtt': [Match.stringLikeRegexp('EdgeLinkGroup'), 'GroupId'] },
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 1);
  });

  it('says that a throttle is no parameter of the template', () => {
    const rate = new CfnParameter(new Stack(), 'Rate', { type: 'Number' }).valueAsNumber;
    expect(() => edgeTemplate(dev, { throttle: { rate, burst: 1 } })).toThrow(
      'Edge/Edge: throttle.rate must be known at synth, got a token; write a number',
    );
  });

  it('refuses a stage of one zone, in which no balancer can stand', () => {
    expect(() => edgeTemplate(StageProfile.dev('dev', { zones: 1 }))).toThrow(
      "Edge/Edge: a balancer stands in two zones at least, got stage dev with 1; say StageProfile.dev('dev', { zones: 2 })",
    );
  });

  it('throttles, and logs every request for as long as the stage keeps logs', () => {
    const template = edgeTemplate();
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
      AccessLogSettings: { DestinationArn: Match.anyValue(), Format: Match.stringLikeRegexp('"status":"\\$context') },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  it('cannot be deleted by mistake in prod', () => {
    const protection = (value: string) => ({
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: value }]),
    });
    const type = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
    edgeTemplate(StageProfile.prod('prod')).hasResourceProperties(type, protection('true'));
    edgeTemplate().hasResourceProperties(type, protection('false'));
  });

  it('publishes all that a service needs, and exports nothing', () => {
    const template = edgeTemplate();
    const names = Object.values(template.findResources('AWS::SSM::Parameter')).map(({ Properties }) => Properties.Name);
    expect(names.sort()).toEqual(
      ['api-id', 'balancer-security-group', 'integration-id', 'listener-arn', 'url'].map(
        (value) => `/mosaic/dev/edge/v1/${value}`,
      ),
    );
    expect(template.toJSON().Outputs).toBeUndefined();
  });

  it('of another stack is not used live', () => {
    const app = testApp();
    const edgeStack = new Stack(app, 'EdgeStack', { env });
    const platform = ServicePlatform.fromContract(edgeStack, 'Platform', { stage: dev });
    const edge = new Edge(edgeStack, 'Edge', { platform });
    const { service } = serviceBehindEdge('Orders', app);
    expect(() => edge.route('GET /orders', service, everyone)).toThrow(
      /^Orders\/Orders: .*use Edge\.fromContract\(this, 'Edge', \{ stage \}\)/,
    );
  });

  it('does not stand on a platform of another stack', () => {
    const app = testApp();
    const ground = new Stack(app, 'Ground', { env });
    const platform = new ServicePlatform(ground, 'Platform', { stage: dev });
    expect(() => new Edge(new Stack(app, 'Way', { env }), 'Edge', { platform })).toThrow(
      'Way/Edge: stacks share only names, got Ground/Platform of another stack; use ServicePlatform.fromContract(',
    );
    expect(() => new Edge(ground, 'Edge', { platform: undefined as never })).toThrow(
      'Ground/Edge: platform is missing or of another kind, got undefined; pass ',
    );
  });

  it.each([
    [-1, 1],
    [1, 0.5],
    [0, 1],
  ])('lets requests through: not rate %p and burst %p', (rate, burst) => {
    expect(() => edgeTemplate(dev, { throttle: { rate, burst } })).toThrow(
      `Edge/Edge: throttle must let requests through, got rate ${rate} and burst ${burst}; `,
    );
  });

  it.each(['Service', 'Contract', 'Task'])('may be called %p, as a part of the service is', (id) => {
    const { stack, service } = serviceBehindEdge('Orders');
    Edge.fromContract(stack, id, { stage: dev }).route('GET /orders', service, everyone);
    Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Route', 1);
  });

  it('serves a service of its own stack, if both are to be deployed as one', () => {
    const stack = new Stack(testApp(), 'All', { env });
    const platform = new ServicePlatform(stack, 'Platform', { stage: dev });
    const edge = new Edge(stack, 'Edge', { platform });
    edge.route('GET /orders', new Microservice(stack, 'Orders', { platform, image: testImage() }), everyone);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'GET /orders' });
    expect(template.toJSON().Parameters).toEqual({ BootstrapVersion: expect.anything() });
  });
});

describe('a service behind an edge', () => {
  it('owns its target group, rule, routes, and both security-group rules that let the balancer in', () => {
    const { stack, edge, service } = serviceBehindEdge('Orders');
    edge.route('GET /orders', service, everyone);
    edge.route('GET /orders/{id}', service, everyone);
    const template = Template.fromStack(stack);
    const balancer = { Ref: Match.stringLikeRegexp('balancersecuritygroup') };
    const tasks = { 'Fn::GetAtt': [Match.stringLikeRegexp('OrdersSecurityGroup'), 'GroupId'] };
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      GroupId: balancer,
      DestinationSecurityGroupId: tasks,
      FromPort: 8080,
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: tasks,
      SourceSecurityGroupId: balancer,
      FromPort: 8080,
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
      TargetType: 'ip',
      Port: 8080,
      HealthCheckPath: '/health',
      TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }]),
    });
    expect(rulesOf(template).map(({ paths }) => paths)).toEqual([['/orders'], ['/orders/*']]);
    template.allResourcesProperties('AWS::ApiGatewayV2::Route', {
      ApiId: { Ref: Match.stringLikeRegexp('apiid') },
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: Match.stringLikeRegexp('integrationid') }]] },
      AuthorizationType: 'NONE',
    });
    expect(template.toJSON().Outputs).toBeUndefined();
  });

  it('gets its routes one after the other, once its tasks are healthy', () => {
    const { stack, edge, service } = serviceBehindEdge('Orders');
    edge.route('ANY /orders/{proxy+}', service, everyone);
    const routes = Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Route');
    const [below, itself] = Object.entries(routes);
    expect(below![1].Properties.RouteKey).toBe('ANY /orders/{proxy+}');
    expect(below![1].DependsOn).toContainEqual(expect.stringMatching(/^OrdersService/));
    expect(itself![1].Properties.RouteKey).toBe('ANY /orders');
    expect(itself![1].DependsOn).toEqual([below![0]]);
  });

  it('takes five paths to a rule, and another rule for more', () => {
    const { stack, edge, service } = serviceBehindEdge('Orders');
    for (let index = 0; index < 7; index += 1) edge.route(`GET /orders/${index}`, service, everyone);
    edge.route('POST /orders/0', service, everyone);
    const rules = rulesOf(Template.fromStack(stack));
    expect(rules.map(({ paths }) => paths.length)).toEqual([5, 2]);
    expect(rules[0]!.priority).not.toBe(rules[1]!.priority);
  });

  it('keeps the priority it is given', () => {
    const { stack, edge, service } = serviceBehindEdge('Orders');
    edge.route('GET /orders', service, { ...everyone, priority: 7 });
    expect(rulesOf(Template.fromStack(stack))).toEqual([{ paths: ['/orders'], priority: 7 }]);
    const token = new CfnParameter(stack, 'Priority', { type: 'Number' }).valueAsNumber;
    expect(() => edge.route('GET /lines', service, { ...everyone, priority: token })).toThrow(
      "Orders/Orders: priority of route 'GET /lines' must be known at synth, got a token; write a number",
    );
    expect(() => edge.route('GET /lines', service, { ...everyone, priority: 50_001 })).toThrow(
      `Orders/Orders: route 'GET /lines': a priority is a whole number from 1 to 50000, got 50001`,
    );
  });

  it('scales by the requests the balancer sends, if asked to', () => {
    const { stack, edge, service } = serviceBehindEdge('Orders', testApp(), { scaling: { requests: 600 } });
    edge.route('GET /orders', service, everyone);
    Template.fromStack(stack).hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 600,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ALBRequestCountPerTarget' },
      },
    });
  });

  it('asks for a token where the edge knows whose', () => {
    const { stack, edge, service } = serviceBehindEdge('Orders');
    edge.route('POST /orders', service, { scopes: ['orders/write'] });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGatewayV2::Route', {
      AuthorizationType: 'JWT',
      AuthorizerId: { Ref: Match.stringLikeRegexp('authorizerid') },
      AuthorizationScopes: ['orders/write'],
    });
    edgeTemplate(dev, { tokens: { issuer: 'https://id.example.com', audience: ['shop'] } }).hasResourceProperties(
      'AWS::SSM::Parameter',
      { Name: '/mosaic/dev/edge/v1/authorizer-id' },
    );
  });

  it('says why a route is open to everyone', () => {
    const { edge, service } = serviceBehindEdge('Orders');
    // @ts-expect-error neither scopes nor public
    expect(() => edge.route('GET /orders', service, {})).toThrow(
      /^Orders\/Orders: route 'GET \/orders' neither asks for a token nor says why/,
    );
    expect(() => edge.route('GET /lines', service, { public: ' ' })).toThrow('nor says why');
    edge.route('GET /orders', service, { public: 'orders are for everyone' });
  });

  it('is for everyone or for some, and for some that are named', () => {
    const { edge, service } = serviceBehindEdge('Orders');
    expect(() => edge.route('GET /orders', service, { scopes: [] })).toThrow(
      "Orders/Orders: route 'GET /orders' would take any token, got no scopes; name those that may use it",
    );
    expect(() => edge.route('GET /lines', service, { scopes: ['a'], public: 'why' } as never)).toThrow(
      "Orders/Orders: route 'GET /lines' is public and asks for scopes, got both; drop one of the two",
    );
  });

  it('stays within the stage of its service', () => {
    const { stack, service } = serviceBehindEdge('Orders');
    const other = Edge.fromContract(stack, 'Other', { stage: StageProfile.dev('pr-7') });
    expect(() => other.route('GET /orders', service, everyone)).toThrow(
      "Orders/Orders: a route stays within a stage, got Orders/Other of pr-7 for a service of dev; pass the service's stage",
    );
  });

  it('has each route once', () => {
    const { edge, service } = serviceBehindEdge('Orders');
    edge.route('GET /orders', service, everyone);
    expect(() => edge.route('GET /orders', service, everyone)).toThrow(
      `Orders/Orders: route 'GET /orders' is there already; remove one of the two`,
    );
  });
});
