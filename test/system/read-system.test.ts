import { describe, expect, it } from '@jest/globals';
import type { Template } from '../../assembly/assembly.ts';
import { readSystem } from '../../system/read-system.ts';
import { dynamoTable } from '../../system/resources/dynamo-table.ts';
import { iamRole } from '../../system/resources/iam-role.ts';
import { logGroup } from '../../system/resources/log-group.ts';
import { securityGroup } from '../../system/resources/security-group.ts';
import { ssmParameter } from '../../system/resources/ssm-parameter.ts';
import { subnet } from '../../system/resources/subnet.ts';
import { vpc } from '../../system/resources/vpc.ts';
import { assemblyOf } from './assembly-of.ts';

const parameter = (name: string, value: unknown) => ({
  Type: 'AWS::SSM::Parameter',
  Properties: { Name: name, Type: 'String', Value: value },
});
const group = (name: unknown) => ({ Type: 'AWS::EC2::SecurityGroup', Properties: { GroupName: name } });
const fromSsm = (name: string, kind = 'String') => ({ Type: `AWS::SSM::Parameter::Value<${kind}>`, Default: name });

const system = (templates: Record<string, Template>) => readSystem(assemblyOf(templates));
const groupName = (templates: Record<string, Template>) => system(templates).of(securityGroup)[0]?.attributes.GroupName;
const verdictsOf = (templates: Record<string, Template>) =>
  system(templates)
    .honesty.filter(({ property, verdict }) => property === '*' && verdict !== 'simulated')
    .map(({ id, verdict, why }) => [id, verdict, why]);

describe('values that meet across stacks', () => {
  const writer: Template = {
    Resources: { P: parameter('/net/name', { 'Fn::Join': [' ', ['from', { Ref: 'AWS::StackName' }]] }) },
  };

  it('reads a parameter another stack writes to SSM, whichever comes first in the manifest', () => {
    const reader: Template = { Parameters: { Name: fromSsm('/net/name') }, Resources: { G: group({ Ref: 'Name' }) } };
    expect(groupName({ App: reader, Net: writer })).toBe('from Net');
    expect(system({ App: reader, Net: writer }).stacks.map(({ name, after }) => [name, after])).toEqual([
      ['Net', []],
      ['App', ['Net']],
    ]);
  });

  it('reads lists, dynamic references, exports and outputs', () => {
    const net: Template = {
      Resources: { P: parameter('/net/zones', 'a,b'), T: { Type: 'AWS::DynamoDB::Table' } },
      Outputs: {
        Table: { Value: { Ref: 'T' }, Export: { Name: { 'Fn::Join': [':', [{ Ref: 'AWS::StackName' }, 'table']] } } },
      },
    };
    const zones = { Zones: fromSsm('/net/zones', 'List<String>') };
    const read = (value: unknown) =>
      groupName({ App: { Parameters: zones, Resources: { G: group(value) } }, Net: net });
    expect(read({ 'Fn::Select': [1, { Ref: 'Zones' }] })).toBe('b');
    expect(read('{{resolve:ssm:/net/zones}}')).toBe('a,b');
    expect(read('{{resolve:ssm:/net/zones:3}}')).toBe('a,b');
    expect(read({ 'Fn::ImportValue': 'Net:table' })).toBe('Net-T');
    expect(read({ 'Fn::GetStackOutput': { StackName: 'Net', OutputName: 'Table' } })).toBe('Net-T');
  });

  it('follows a value through several stacks', () => {
    const middle: Template = {
      Parameters: { Name: fromSsm('/net/name') },
      Resources: { P: parameter('/edge/name', { 'Fn::Join': ['', [{ Ref: 'Name' }, ', passed on']] }) },
    };
    const reader: Template = { Parameters: { Name: fromSsm('/edge/name') }, Resources: { G: group({ Ref: 'Name' }) } };
    const templates = { App: reader, Edge: middle, Net: writer };
    expect(groupName(templates)).toBe('from Net, passed on');
    expect(system(templates).stacks.map(({ name }) => name)).toEqual(['Net', 'Edge', 'App']);
  });

  it('knows the bootstrap version, which no stack writes', () => {
    const Parameters = { BootstrapVersion: fromSsm('/cdk-bootstrap/hnb659fds/version') };
    expect(groupName({ App: { Parameters, Resources: { G: group({ Ref: 'BootstrapVersion' }) } } })).toBe('30');
  });

  it('leaves secrets to run time', () => {
    const reference = '{{resolve:secretsmanager:db:SecretString:password::}}';
    expect(groupName({ App: { Resources: { G: group(reference) } } })).toBe(reference);
  });

  it('refuses only what needs a parameter nobody writes', () => {
    const templates: Record<string, Template> = {
      App: {
        Parameters: { Name: fromSsm('/net/name') },
        Resources: { G: group({ Ref: 'Name' }), T: { Type: 'AWS::DynamoDB::Table' } },
      },
    };
    expect(verdictsOf(templates)).toEqual([
      [
        'App/G',
        'refused',
        expect.stringMatching(/^no stack of this assembly writes the SSM parameter \/net\/name; add/),
      ],
    ]);
    expect(system(templates).of(dynamoTable)).toHaveLength(1);
  });

  it('takes the value given for a parameter nobody writes, for any reader of it', () => {
    const templates: Record<string, Template> = {
      App: {
        Parameters: { Name: fromSsm('/net/name'), Zones: fromSsm('/net/zones', 'List<String>') },
        Resources: {
          A: group({ Ref: 'Name' }),
          B: group({ 'Fn::Select': [1, { Ref: 'Zones' }] }),
          C: group('{{resolve:ssm:/net/name:2}}'),
        },
      },
    };
    const ssmParameters = { '/net/name': 'given', '/net/zones': 'a,b' };
    const given = readSystem(assemblyOf(templates), { ssmParameters });
    expect(given.of(securityGroup).map(({ attributes }) => attributes.GroupName)).toEqual(['given', 'b', 'given']);
    expect(system(templates).of(securityGroup)).toEqual([]);
  });

  it('fails where a value is given for a parameter that a stack writes', () => {
    expect(() => readSystem(assemblyOf({ Net: writer }), { ssmParameters: { '/net/name': 'mine' } })).toThrow(
      /^Net\/P writes the SSM parameter \/net\/name, and a value was given for it as well; take that out$/,
    );
  });

  it('refuses what needs a parameter without a default', () => {
    const templates = { App: { Parameters: { Name: { Type: 'String' } }, Resources: { G: group({ Ref: 'Name' }) } } };
    expect(verdictsOf(templates)).toEqual([
      [
        'App/G',
        'refused',
        expect.stringMatching(/^parameter App\/Name has no default, and a rehearsal passes no values/),
      ],
    ]);
  });

  it('refuses values that wait for each other, naming the cycle', () => {
    const one = { Resources: { P: parameter('/one', '{{resolve:ssm:/one}}') } };
    expect(verdictsOf({ App: one })).toEqual([
      [
        'App/P',
        'refused',
        expect.stringContaining('values wait for each other: App/P.Value → SSM parameter /one → App/P.Value'),
      ],
    ]);
  });

  it('fails on stacks that wait for each other, naming the path', () => {
    const reads = (name: string, writes: string): Template => ({
      Parameters: { Other: fromSsm(name) },
      Resources: { P: parameter(writes, 'x') },
    });
    expect(() => system({ A: reads('/b', '/a'), B: reads('/c', '/b'), C: reads('/a', '/c') })).toThrow(
      /^stacks wait for each other: A → B → C → A; /,
    );
  });
});

describe('resources', () => {
  it('have ids of AWS shape, which references of other resources give', () => {
    const read = system({
      Net: {
        Resources: {
          V: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
          S: {
            Type: 'AWS::EC2::Subnet',
            Properties: {
              VpcId: { Ref: 'V' },
              CidrBlock: { 'Fn::Select': [1, { 'Fn::Cidr': [{ 'Fn::GetAtt': ['V', 'CidrBlock'] }, 2, 8] }] },
            },
          },
        },
      },
    });
    const [network] = read.of(vpc);
    expect(network!.ref).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(read.of(subnet)[0]).toMatchObject({ attributes: { VpcId: network!.ref }, data: { cidr: '10.0.1.0/24' } });
  });

  it('are found by what others call them, but not by what they share', () => {
    const table = { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'Products' } };
    const inVpc = { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: 'vpc-1' } };
    const read = system({ App: { Resources: { T: table, A: inVpc, B: inVpc } } });
    expect(read.find(dynamoTable, 'Products')?.id).toBe('App/T');
    expect(read.find(dynamoTable, 'arn:aws:dynamodb:eu-west-1:123456789012:table/Products')?.id).toBe('App/T');
    expect(read.find(dynamoTable, 'Orders')).toBeUndefined();
    expect(read.find(securityGroup, 'vpc-1')).toBeUndefined();
  });

  it('do not exist where their condition is false', () => {
    const Conditions = { Prod: { 'Fn::Equals': ['dev', 'prod'] } };
    const read = (Condition: string) =>
      system({ App: { Conditions, Resources: { L: { Type: 'AWS::Logs::LogGroup', Condition } } } });
    expect(read('Prod').of(logGroup)).toEqual([]);
    expect(read('Prod').honesty).toEqual([]);
    expect(read('Missing').honesty).toMatchObject([{ id: 'App/L', verdict: 'refused' }]);
  });

  it('of unknown types are refused, and the rest still reads what they are called', () => {
    const Resources = {
      Antenna: { Type: 'AWS::GroundStation::Config' },
      Dictionary: { Type: 'AWS::Polly::Lexicon' },
      P: parameter('/x', {
        'Fn::Join': [' ', [{ 'Fn::GetAtt': ['Antenna', 'Arn'] }, { Ref: 'Dictionary' }]],
      }),
    };
    expect(verdictsOf({ App: { Resources } }).map(([id, verdict]) => [id, verdict])).toEqual([
      ['App/Antenna', 'refused'],
      ['App/Dictionary', 'refused'],
    ]);
    expect(system({ App: { Resources } }).of(ssmParameter)[0]!.data.value).toBe(
      'arn:aws:groundstation:eu-west-1:123456789012:config/App-Antenna App-Dictionary',
    );
  });

  it('that move nothing on one machine are accepted with a reason, functions of users are not among them', () => {
    const handler = 'CustomVpcRestrictDefaultSGCustomResourceProviderHandlerDC833E5E';
    const Resources = {
      Route: { Type: 'AWS::EC2::Route' },
      [handler]: { Type: 'AWS::Lambda::Function' },
      Mine: { Type: 'AWS::Lambda::Function' },
    };
    expect(verdictsOf({ App: { Resources } }).map(([id, verdict]) => [id, verdict])).toEqual([
      ['App/Route', 'accepted'],
      [`App/${handler}`, 'accepted'],
      ['App/Mine', 'refused'],
    ]);
  });

  it('that ask for an attribute nobody has are refused by name', () => {
    const Resources = { L: { Type: 'AWS::Logs::LogGroup' }, P: parameter('/x', { 'Fn::GetAtt': ['L', 'Colour'] }) };
    expect(verdictsOf({ App: { Resources } })).toEqual([
      ['App/P', 'refused', 'App/L (AWS::Logs::LogGroup) has no attribute Colour here'],
    ]);
  });

  it('of nested stacks read what the parent hands in, and the parent what they put out', () => {
    const outer: Template = {
      Resources: {
        Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Name: { Ref: 'T' } } } },
        T: { Type: 'AWS::DynamoDB::Table' },
        G: group({ 'Fn::GetAtt': ['Inner', 'Outputs.Role'] }),
      },
    };
    const inner: Template = {
      Parameters: { Name: { Type: 'String' } },
      Resources: {
        R: { Type: 'AWS::IAM::Role', Properties: { RoleName: { 'Fn::Join': ['-', ['reads', { Ref: 'Name' }]] } } },
      },
      Outputs: { Role: { Value: { Ref: 'R' } } },
    };
    const read = readSystem(assemblyOf({ App: outer }, { nested: new Map([['Inner', inner]]) }));
    expect(read.of(iamRole)[0]).toMatchObject({ id: 'App/Inner/R', stack: 'App', ref: 'reads-App-T' });
    expect(read.of(securityGroup)[0]!.attributes.GroupName).toBe('reads-App-T');
  });
});

describe('a nested stack', () => {
  it('is refused where the assembly does not have its template', () => {
    const Inner = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://elsewhere/x.json' } };
    expect(verdictsOf({ App: { Resources: { Inner } } })).toEqual([
      ['App/Inner', 'refused', expect.stringMatching(/^its template is not in the assembly/)],
    ]);
  });
});

describe('metadata', () => {
  it('speaks for a construct and all below it', () => {
    const metadata = new Map([['App/Products', [{ type: 'words', data: { subject: 'products' } }]]]);
    const read = readSystem(assemblyOf({ App: { Resources: {} } }, { metadata }));
    expect(read.metadata('App/Products/Table/Resource', 'words')).toEqual({ subject: 'products' });
    expect(read.metadata('App/ProductsToo', 'words')).toBeUndefined();
    expect(read.metadata('App/Products', 'other')).toBeUndefined();
  });
});
