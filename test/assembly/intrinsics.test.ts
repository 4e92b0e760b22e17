import { describe, expect, it } from '@jest/globals';
import { holds, resolve, type Scope } from '../../assembly/intrinsics.ts';

const scope: Scope = {
  stack: { name: 'shop', account: '123456789012', region: 'eu-west-1' },
  template: {
    Mappings: { Sizes: { 'eu-west-1': { cpu: 256 } } },
    Conditions: {
      IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
      IsDev: { 'Fn::Not': [{ Condition: 'IsProd' }] },
      Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
      Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
    },
  },
  ref: (name) => ({ Stage: 'dev', Zones: ['a', 'b'], Key: '/db' })[name],
  attribute: (logicalId, name) => `${logicalId}#${name}`,
  exported: (name) => `export of ${name}`,
  output: (stack, name) => `${stack}'s ${name}`,
  dynamic: (service, reference) => (service === 'ssm' ? `value of ${reference}` : undefined),
};

const at = 'shop/Web.Cpu';

describe('resolve', () => {
  it.each<[what: string, value: unknown, expected: unknown]>([
    ['plain values', { a: [1, 'x', true, null] }, { a: [1, 'x', true, null] }],
    ['Ref', { Ref: 'Stage' }, 'dev'],
    ['Ref to the account', { Ref: 'AWS::AccountId' }, '123456789012'],
    ['Ref to the region', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ['Ref to the partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['Ref to the URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['Ref to the name of the stack', { Ref: 'AWS::StackName' }, 'shop'],
    ['NoValue in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['NoValue in a list', [{ Ref: 'AWS::NoValue' }, 1], [1]],
    ['GetAtt', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table#Arn'],
    ['GetAtt with a dotted name', { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] }, 'Nested#Outputs.Arn'],
    ['GetAtt in one word', { 'Fn::GetAtt': 'Nested.Outputs.Arn' }, 'Nested#Outputs.Arn'],
    ['Join', { 'Fn::Join': ['-', ['x', { Ref: 'Stage' }, 1]] }, 'x-dev-1'],
    ['Join over a list', { 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
    ['Sub', { 'Fn::Sub': '${Stage}.${AWS::Region}.${Table.Arn}' }, 'dev.eu-west-1.Table#Arn'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
    ['Sub with values', { 'Fn::Sub': ['${a}/${Stage}', { a: { Ref: 'Stage' } }] }, 'dev/dev'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
    ['Sub with a literal', { 'Fn::Sub': '${!Stage} is ${Stage}' }, '${Stage} is dev'],
    ['Select', { 'Fn::Select': ['1', { 'Fn::Split': [',', 'a,b,c'] }] }, 'b'],
    ['Split', { 'Fn::Split': ['/', 'a/b'] }, ['a', 'b']],
    ['If that holds', { 'Fn::If': ['IsDev', 'small', 'large'] }, 'small'],
    ['If that does not', { 'Fn::If': ['IsProd', 'large', { Ref: 'AWS::NoValue' }] }, undefined],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'cpu'] }, 256],
    ['FindInMap with a default', { 'Fn::FindInMap': ['Sizes', 'mars', 'cpu', { DefaultValue: 1 }] }, 1],
    ['Base64', { 'Fn::Base64': 'hello' }, 'aGVsbG8='],
    ['GetAZs', { 'Fn::GetAZs': '' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 3, '8'] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
    ['Cidr of uneven size', { 'Fn::Cidr': ['10.1.0.64/26', 2, 5] }, ['10.1.0.64/27', '10.1.0.96/27']],
    ['Cidr of IPv6', { 'Fn::Cidr': ['2001:db8::/56', 2, 64] }, ['2001:db8:0:0:0:0:0:0/64', '2001:db8:0:1:0:0:0:0/64']],
    ['ImportValue', { 'Fn::ImportValue': { 'Fn::Join': ['', ['net', ':vpc']] } }, 'export of net:vpc'],
    ['GetStackOutput', { 'Fn::GetStackOutput': { StackName: 'net', OutputName: 'Vpc' } }, "net's Vpc"],
    ['Length', { 'Fn::Length': { Ref: 'Zones' } }, 2],
    ['ToJsonString', { 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"dev"}'],
    ['a dynamic reference', 'url={{resolve:ssm:/url}}!', 'url=value of /url!'],
    ['one that is joined', { 'Fn::Join': ['', ['{{resolve:ssm:', { Ref: 'Key' }, '}}']] }, 'value of /db'],
    [
      'one left for run time',
      '{{resolve:secretsmanager:db:SecretString}}',
      '{{resolve:secretsmanager:db:SecretString}}',
    ],
  ])('carries out %s', (_, value, expected) => {
    expect(resolve(value, scope, at)).toEqual(expected);
  });

  it.each<[what: string, value: unknown, message: RegExp]>([
    [
      'an unknown function',
      { Cpu: { 'Fn::Guess': 1 } },
      /^shop\/Web\.Cpu\.Cpu: the function Fn::Guess is not known; use one of Ref,/,
    ],
    [
      'an index outside a list',
      { 'Fn::Select': [2, ['a']] },
      /shop\/Web\.Cpu: Fn::Select cannot be evaluated: it asks for item 2 of 1/,
    ],
    ['a missing mapping', { 'Fn::FindInMap': ['Sizes', 'mars', 'cpu'] }, /the mapping Sizes has no mars\.cpu/],
    ['a list where text belongs', { 'Fn::Join': ['', [['a']]] }, /text was expected, got \["a"\]/],
    [
      'ranges that do not fit',
      { 'Fn::Cidr': ['10.0.0.0/24', 3, 7] },
      /10\.0\.0\.0\/24 has no room for 3 ranges of 7 bits/,
    ],
    ['a missing condition', { 'Fn::If': ['IsMars', 1, 2] }, /the template has no condition IsMars/],
  ])('says where and what is wrong with %s', (_, value, message) => {
    expect(() => resolve(value, scope, at)).toThrow(message);
  });

  it('leaves a policy whose only key is Condition alone', () => {
    const statement = { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } };
    expect(resolve(statement, scope, at)).toEqual({
      Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
    });
  });
});

describe('holds', () => {
  it.each([
    ['IsProd', false],
    ['IsDev', true],
    ['Both', false],
    ['Either', true],
  ])('decides %s', (condition, expected) => {
    expect(holds(condition, scope, at)).toBe(expected);
  });
});
