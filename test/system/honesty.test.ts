import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type CfnResource, SecretValue, Stack } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage, CfnVpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { InterfaceVpcEndpointAwsService, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { ApplicationLoadBalancedFargateService } from 'aws-cdk-lib/aws-ecs-patterns';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { PrivateDnsNamespace } from 'aws-cdk-lib/aws-servicediscovery';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { IConstruct } from 'constructs';
import type { Assembly } from '../../assembly/assembly.ts';
import { readAssembly } from '../../assembly/read-assembly.ts';
import type { Honesty } from '../../system/honesty.ts';
import { readSystem } from '../../system/read-system.ts';
import { synthesized } from '../assembly/synthesized.ts';

/** A shop with a bit of everything: simulated, accepted and refused, by property and as a whole. */
class Shop extends Stack {
  readonly vpc = new Vpc(this, 'Vpc', { maxAzs: 2, natGateways: 0, gatewayEndpoints: {} });
  readonly products = new Table(this, 'Products', { partitionKey: { name: 'id', type: AttributeType.STRING } });
  readonly web: ApplicationLoadBalancedFargateService;

  constructor(...args: ConstructorParameters<typeof Stack>) {
    super(...args);
    const cluster = new Cluster(this, 'Cluster', { vpc: this.vpc });
    this.vpc.addInterfaceEndpoint('Ssm', { service: InterfaceVpcEndpointAwsService.SSM });
    this.web = new ApplicationLoadBalancedFargateService(this, 'Web', {
      cluster,
      circuitBreaker: { rollback: true },
      minHealthyPercent: 100,
      publicLoadBalancer: false,
      taskImageOptions: {
        image: ContainerImage.fromRegistry('nginx'),
        environment: { TABLE: this.products.tableName },
      },
    });
    const namespace = new PrivateDnsNamespace(this, 'Names', { name: 'shop.local', vpc: this.vpc });
    this.web.service.enableCloudMap({ name: 'web', cloudMapNamespace: namespace });
    this.web.service
      .autoScaleTaskCount({ maxCapacity: 4 })
      .scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 50 });
    this.products.grantReadData(this.web.taskDefinition.taskRole);
    new StringParameter(this, 'Greeting', { parameterName: '/shop/greeting', stringValue: 'hello' });
    new Secret(this, 'Password', { secretStringValue: SecretValue.unsafePlainText('x') });
    new Key(this, 'Key');
    new Bucket(this, 'Bucket');
    this.#addApi();
  }

  override get availabilityZones(): string[] {
    return ['eu-west-1a', 'eu-west-1b'];
  }

  #addApi(): void {
    const { ref: apiId } = new CfnApi(this, 'Api', { name: 'shop', protocolType: 'HTTP' });
    const link = new CfnVpcLink(this, 'Link', { name: 'shop', subnetIds: [] });
    const integration = new CfnIntegration(this, 'Integration', {
      apiId,
      integrationType: 'HTTP_PROXY',
      connectionType: 'VPC_LINK',
      connectionId: link.ref,
      integrationUri: this.web.listener.listenerArn,
      requestParameters: { 'overwrite:path': '$request.path' },
    });
    const target = `integrations/${integration.ref}`;
    new CfnRoute(this, 'Route', { apiId, routeKey: 'GET /orders', target, authorizationType: 'AWS_IAM' });
    new CfnStage(this, 'Stage', {
      apiId,
      stageName: '$default',
      autoDeploy: true,
      routeSettings: { 'GET /orders': { throttlingRateLimit: 1 } },
    });
  }
}

const shop = (change: (stack: Shop) => void = () => {}): Assembly =>
  readAssembly(
    synthesized((app) => change(new Shop(app, 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } }))),
  );

/** Dotted paths of everything a template says of a resource. */
const leaves = (value: unknown, path: string): readonly string[] => {
  const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (children.length === 0 || Object.keys(value as object).some((key) => /^(Ref|Fn::)/.test(key))) return [path];
  return children.flatMap(([key, child]) => leaves(child, path === '' ? key : `${path}.${key}`));
};

/** What honesty says not exactly once, one line each. */
const wrong = ({ stacks }: Assembly, honesty: readonly Honesty[]): readonly string[] =>
  stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources).flatMap(([logicalId, { Properties = {} }]) => {
      const notes = honesty.filter(({ id }) => id === `${name}/${logicalId}`);
      const whole = notes.filter(({ property }) => property === '*');
      const told = whole.length === 1 ? [] : [`${logicalId}: ${whole.length} verdicts on the whole`];
      const isWhole = whole.some(({ verdict }) => verdict !== 'simulated');
      return [
        ...told,
        ...leaves(Properties, '').flatMap((path) => {
          const times = notes.filter(({ property }) => `${path}.`.startsWith(`${property}.`)).length;
          return times === 1 || path === '' || (isWhole && times === 0)
            ? []
            : [`${logicalId}.${path}: ${times} verdicts`];
        }),
      ];
    }),
  );

const override = (resource: IConstruct | undefined, property: string): void =>
  (resource as CfnResource).addPropertyOverride(property, 1);

describe('honesty', () => {
  const assembly = shop();
  const { honesty } = readSystem(assembly);

  it('has one verdict on each resource and on every property of one that is simulated', () => {
    expect(new Set(honesty.map(({ verdict }) => verdict)).size).toBe(3);
    expect(wrong(assembly, honesty)).toEqual([]);
    expect(honesty.filter(({ why }) => why.trim() === '')).toEqual([]);
  });

  it('would not pass with a verdict left out or given twice', () => {
    for (const one of [
      honesty.find(({ property, verdict }) => property === '*' && verdict === 'simulated')!,
      honesty.find(({ property, verdict }) => property !== '*' && verdict === 'accepted')!,
      honesty.find(({ property, verdict }) => property.includes('.') && verdict === 'simulated')!,
    ]) {
      expect(
        wrong(
          assembly,
          honesty.filter((other) => other !== one),
        ).length,
      ).toBeGreaterThan(0);
      expect(wrong(assembly, [...honesty, one]).length).toBeGreaterThan(0);
    }
  });

  it('says of a property nobody knows that it is accepted, wherever it stands', () => {
    const changed = shop(({ web, products }) => {
      override(web.service.node.findChild('Service'), 'Foo');
      override(web.taskDefinition.node.defaultChild, 'ContainerDefinitions.0.Foo');
      override(web.listener.node.defaultChild, 'DefaultActions.0.Foo');
      override(products.node.defaultChild, 'Foo');
    });
    const { honesty: notes } = readSystem(changed);
    expect(notes.filter(({ property }) => /\bFoo$/.test(property))).toHaveLength(4);
    expect(notes.filter(({ property }) => /\bFoo$/.test(property)).map(({ verdict }) => verdict)).toEqual(
      new Array(4).fill('accepted'),
    );
    expect(wrong(changed, notes)).toEqual([]);
  });

  it('takes the refusal of a service in place of what its properties promised', () => {
    const changed = shop(({ web }) =>
      (web.service.node.findChild('Service') as CfnResource).addPropertyOverride('LaunchType', 'EC2'),
    );
    const notes = readSystem(changed).honesty.filter(({ type }) => type === 'AWS::ECS::Service');
    expect(notes.map(({ property, verdict }) => [property, verdict])).toEqual([
      ['LaunchType', 'refused'],
      ['*', 'refused'],
    ]);
  });
});

describe('what resources read', () => {
  const root = join(import.meta.dirname, '../..');
  const sources = (pattern: string): readonly string[] =>
    globSync(pattern, { cwd: root }).map((path) => readFileSync(join(root, path), 'utf8'));
  const fieldsOf = (source: string): readonly string[] =>
    [...source.matchAll(/\breadonly (\w+)\??:/g)].map(([, field]) => field!);
  const readers = sources('system/resources/*.ts');
  /** Without what merely declares a field. */
  const actors = [...sources('system/*.ts'), ...sources('system/{iam,reach}/*.ts'), ...sources('twin/**/*.ts')]
    .join('\n')
    .replace(/\breadonly \w+\??:/g, '');
  const idle = (fields: readonly string[]): readonly string[] =>
    fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(actors));

  /** Asked for by names put together, or by their mere presence. */
  const indirect = ['excludeLowercase', 'excludeUppercase', 'excludeNumbers', 'excludePunctuation', 'prefixList'];

  it('has a field for nothing that nobody acts on', () => {
    const fields = [...new Set(readers.flatMap(fieldsOf))].filter((field) => !indirect.includes(field));
    expect(fields.length).toBeGreaterThan(80);
    expect(idle(fields)).toEqual([]);
    expect(idle(['desiredCount', 'deregistrationDelaySeconds'])).toEqual(['deregistrationDelaySeconds']);
  });
});
