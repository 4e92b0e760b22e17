import { describe, expect, it } from '@jest/globals';
import { type App, Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { Binding } from '../../../lib/constructs/binding.ts';
import { DocumentStore } from '../../../lib/constructs/document-store.ts';
import { type IBinding, Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { parametersRead, someImage, testStack } from './test-stack.ts';

const stage = StageProfile.dev('dev');

function services<Name extends string>(stack: Stack, ...names: Name[]): Record<Name, Microservice> {
  const platform = ServicePlatform.fromContract(stack, 'Platform', { stage });
  const made = names.map((name) => [name, new Microservice(stack, name, { platform, image: someImage })]);
  return Object.fromEntries(made);
}

const alone = (app: App, name: string): Microservice => services(testStack(`${name}Stack`, app), name)[name]!;

const environment = (...variables: object[]) => ({
  ContainerDefinitions: [Match.objectLike({ Environment: Match.arrayWith(variables) })],
});

describe('Binding.call within a stack', () => {
  const stack = testStack();
  const { Orders, Catalog } = services(stack, 'Orders', 'Catalog');
  Orders.bind(Binding.call(Catalog, { timeout: Duration.millis(800) }));
  const template = Template.fromStack(stack);

  it('opens the way on both sides, at the port calls arrive on', () => {
    const ports = { IpProtocol: 'tcp', FromPort: 18080, ToPort: 18080 };
    const group = (name: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(`^${name}SecurityGroup`), 'GroupId'] });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      ...ports,
      GroupId: group('Orders'),
      DestinationSecurityGroupId: group('Catalog'),
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      ...ports,
      GroupId: group('Catalog'),
      SourceSecurityGroupId: group('Orders'),
    });
  });

  it('tells the caller where and how long', () => {
    template.hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      environment({ Name: 'CATALOG_URL', Value: 'http://catalog' }, { Name: 'CATALOG_TIMEOUT_MS', Value: '800' }),
    );
  });

  it('starts the caller after the callee, whose name it would never learn otherwise', () => {
    const resources = template.findResources('AWS::ECS::Service');
    const [orders, catalog] = ['Orders', 'Catalog'].map(
      (name) => Object.keys(resources).find((id) => id.startsWith(name))!,
    );
    expect(resources[orders!]!.DependsOn).toContain(catalog);
    expect(resources[catalog!]!.DependsOn).not.toContain(orders);
  });
});

describe('Binding.call between stacks', () => {
  const stack = testStack();
  const { WebBff } = services(stack, 'WebBff');
  WebBff.bind(Binding.call(Microservice.fromContract(stack, 'Catalog', { stage })));
  const template = Template.fromStack(stack);
  const parameter = (name: string) => ({ Ref: Match.stringLikeRegexp(`servicescatalogv1${name}`) });

  it('writes both rules into the stack of the caller', () => {
    const ports = { FromPort: parameter('callport'), ToPort: parameter('callport') };
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { GroupId: parameter('securitygroup'), ...ports });
    template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', {
      DestinationSecurityGroupId: parameter('securitygroup'),
      ...ports,
    });
  });

  it('reads the callee by its contract alone', () => {
    expect(parametersRead(stack).filter((name) => name.includes('/services/'))).toEqual(
      expect.arrayContaining(
        ['url', 'security-group', 'call-port'].map((it) => `/mosaic/dev/services/catalog/v1/${it}`),
      ),
    );
    expect(template.findOutputs('*')).toEqual({});
    expect(stack.dependencies).toEqual([]);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  it('refuses a live service of another stack, which would make the callee depend on its caller', () => {
    const app = testApp();
    const [orders, catalog] = [alone(app, 'Orders'), alone(app, 'Catalog')];
    expect(() => orders.bind(Binding.call(catalog))).toThrow(
      'OrdersStack/Orders: stacks share only names, got CatalogStack/Catalog of another stack; ' +
        "use Microservice.fromContract(this, 'Catalog', { stage }) in the stack of Orders",
    );
  });

  it('takes a live service and a store of the stack a nested one is deployed with', () => {
    const parent = testStack();
    const { Catalog } = services(parent, 'Catalog');
    const { Orders } = services(new NestedStack(parent, 'Nested') as Stack, 'Orders');
    Orders.bind(
      Binding.call(Catalog),
      Binding.read(new DocumentStore(parent, 'Prices', { stage, partitionKey: 'id' })),
    );
    Template.fromStack(Stack.of(Orders)).hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      environment({ Name: 'CATALOG_URL', Value: 'http://catalog' }),
    );
    Template.fromStack(parent).hasResource('AWS::CloudFormation::Stack', {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^CatalogService')]),
    });
  });

  it('refuses a cycle, however long, and names its path', () => {
    const app = testApp();
    const calls = (from: Microservice, to: string) =>
      from.bind(Binding.call(Microservice.fromContract(Stack.of(from), to, { stage })));
    const [a, b, c] = [alone(app, 'Alpha'), alone(app, 'Beta'), alone(app, 'Gamma')];
    calls(a, 'Beta');
    calls(b, 'Gamma');
    calls(a, 'Gamma');
    expect(() => calls(c, 'Alpha')).toThrow(
      'GammaStack/Gamma: calls must not form a cycle, got gamma → alpha → beta → gamma; ',
    );
    expect(() => c.bind(Binding.call(c))).toThrow('got gamma → gamma; ');
  });

  it('is one call, with one rule, however often the callee is looked up', () => {
    const twice = testStack();
    const { Orders } = services(twice, 'Orders');
    for (const id of ['One', 'Other']) {
      Orders.bind(Binding.call(Microservice.fromContract(twice, id, { stage, name: 'catalog' })));
    }
    const rules = Object.values(Template.fromStack(twice).findResources('AWS::EC2::SecurityGroupEgress'));
    expect(rules).toHaveLength(1);
  });
});

describe('Binding.call', () => {
  it('refuses to wait longer than its caller may', () => {
    const { Orders, Catalog } = services(testStack(), 'Orders', 'Catalog');
    expect(() => Orders.bind(Binding.call(Catalog, { timeout: Duration.seconds(16) }))).toThrow(
      'Test/Orders: Binding.call(catalog) must end within 15000 ms so that the caller can still answer, got 16000 ms; ',
    );
    expect(() => Orders.bind(Binding.call(Catalog, { timeout: Duration.seconds(15) }))).not.toThrow();
  });

  it('refuses to wait for no time at all', () => {
    const { Orders, Catalog } = services(testStack(), 'Orders', 'Catalog');
    expect(() => Orders.bind(Binding.call(Catalog, { timeout: Duration.seconds(0) }))).toThrow(
      'Test/Orders: Binding.call(catalog) needs time, got 0 ms; raise the timeout or drop it',
    );
  });

  it('stays within a stage', () => {
    const stack = testStack();
    const { Orders } = services(stack, 'Orders');
    const other = Microservice.fromContract(stack, 'Catalog', { stage: StageProfile.prod('prod') });
    expect(() => Orders.bind(Binding.call(other))).toThrow("got dev calling prod; pass the caller's stage");
  });
});

describe('Binding.read and readWrite', () => {
  function actionsAfter(bind: (store: DocumentStore) => IBinding): string[] {
    const stack = testStack();
    const { Catalog } = services(stack, 'Catalog');
    const indexes = [{ name: 'byName', partitionKey: 'name' }];
    Catalog.bind(bind(new DocumentStore(stack, 'Products', { stage, partitionKey: 'id', indexes })));
    const template = Template.fromStack(stack);
    template.hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      environment({ Name: 'PRODUCTS_TABLE', Value: { Ref: Match.stringLikeRegexp('^ProductsTable') } }),
    );
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    const [policy] = policies.filter(({ Properties }) => /TaskRole/.test(JSON.stringify(Properties.Roles)));
    const [statement, ...more] = policy!.Properties.PolicyDocument.Statement;
    expect(more).toEqual([]);
    const resources = statement.Resource.map((resource: object) => JSON.stringify(resource));
    expect(resources).toEqual([expect.stringMatching(/^{"Fn::GetAtt"/), expect.stringContaining('/index/byName')]);
    return statement.Action;
  }

  it('grant reading, to the table and its indexes and nothing more', () => {
    const actions = actionsAfter(Binding.read);
    expect(actions).toContain('dynamodb:Query');
    expect(actions.filter((action) => /\*|Put|Update|Delete|Write/.test(action))).toEqual([]);
  });

  it('grant writing only where it is asked for', () => {
    const actions = actionsAfter(Binding.readWrite);
    expect(actions).toEqual(expect.arrayContaining(['dynamodb:GetItem', 'dynamodb:PutItem']));
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('tell two stores of one service apart by their ids', () => {
    const stack = testStack();
    const { Catalog } = services(stack, 'Catalog');
    const store = (scope: string, id: string) =>
      new DocumentStore(new Construct(stack, scope), id, { stage, partitionKey: 'id' });
    const products = store('A', 'Products');
    Catalog.bind(Binding.read(products), Binding.readWrite(products), Binding.read(store('B', 'Prices')));
    expect(() => Catalog.bind(Binding.read(store('C', 'Products')))).toThrow(
      'Test/Catalog: an environment variable has one value, got a second one for PRODUCTS_TABLE; ' +
        "set it once, or name a store's variable: Binding.read(store, { variable: '…' })",
    );
    Catalog.bind(Binding.read(store('D', 'Products'), { variable: 'OTHER_PRODUCTS' }));
    Template.fromStack(stack).hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      environment({ Name: 'OTHER_PRODUCTS', Value: { Ref: Match.stringLikeRegexp('^DProducts') } }),
    );
    expect(() => Catalog.bind(Binding.read(products, { variable: 'a-b' }))).toThrow(
      /got 'a-b' for Test\/A\/Products; /,
    );
  });

  it('leave a store to the stack of its owner', () => {
    const app = testApp();
    const store = new DocumentStore(testStack('Data', app), 'Products', { stage, partitionKey: 'id' });
    expect(() => alone(app, 'Catalog').bind(Binding.read(store))).toThrow(
      'CatalogStack/Catalog: a store belongs to one service and its stack, got Data/Products of another stack; ' +
        'call the service that owns it, or move the store',
    );
  });

  it('refuse a store of another stage', () => {
    const stack = testStack();
    const products = new DocumentStore(stack, 'Products', { stage: StageProfile.prod('prod'), partitionKey: 'id' });
    expect(() => services(stack, 'Catalog').Catalog.bind(Binding.read(products))).toThrow(
      'Test/Catalog: a store stays within a stage, got Test/Products of prod for a service of dev; bind a store of its own',
    );
  });
});

describe('bind', () => {
  it('takes bindings of one’s own', () => {
    const stack = testStack();
    const greeting: IBinding = { bind: (service) => service.addEnvironment('GREETING', 'hello') };
    services(stack, 'Catalog').Catalog.bind(greeting);
    Template.fromStack(stack).hasResourceProperties(
      'AWS::ECS::TaskDefinition',
      environment({ Name: 'GREETING', Value: 'hello' }),
    );
  });
});
