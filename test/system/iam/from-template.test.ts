import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  Cluster,
  ContainerImage,
  Secret as EcsSecret,
  FargateService,
  FargateTaskDefinition,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { readAssembly } from '../../../assembly/read-assembly.ts';
import { authorize } from '../../../system/iam/authorize.ts';
import { list, type Statement } from '../../../system/iam/policy.ts';
import { readSystem } from '../../../system/read-system.ts';
import { dynamoTable } from '../../../system/resources/dynamo-table.ts';
import { logGroup } from '../../../system/resources/log-group.ts';
import { servicesOf } from '../../../system/services-of.ts';
import type { System } from '../../../system/system.ts';
import { arn } from './system-of.ts';

let directory: string;
let original: string;
const file = () => join(directory, 'Shop.template.json');

/** A plain CDK app: one service that reads a table and a parameter, and that ECS starts with two secrets. */
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'iam-'));
  const zones = { 'availability-zones:account=111122223333:region=eu-west-1': ['eu-west-1a'] };
  const app = new App({ outdir: directory, context: zones });
  const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const table = new Table(stack, 'Products', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  table.addGlobalSecondaryIndex({ indexName: 'by-day', partitionKey: { name: 'day', type: AttributeType.STRING } });
  const taskDefinition = new FargateTaskDefinition(stack, 'Definition');
  taskDefinition.addContainer('app', {
    image: ContainerImage.fromEcrRepository(new Repository(stack, 'Images')),
    logging: LogDrivers.awsLogs({ streamPrefix: 'app' }),
    secrets: {
      MOTTO: EcsSecret.fromSsmParameter(
        new StringParameter(stack, 'Motto', { parameterName: '/shop/motto', stringValue: 'buy' }),
      ),
      DB: EcsSecret.fromSecretsManager(new Secret(stack, 'Db')),
    },
  });
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 });
  new FargateService(stack, 'Web', { cluster: new Cluster(stack, 'Cluster', { vpc }), taskDefinition });
  table.grantReadData(taskDefinition.taskRole);
  StringParameter.fromStringParameterName(stack, 'Other', '/shop/other').grantRead(taskDefinition.taskRole);
  app.synth();
  original = readFileSync(file(), 'utf8');
});

interface PolicyResource {
  readonly Type: string;
  readonly Properties: { readonly PolicyDocument: { readonly Statement: Statement[] } };
}

const policies = (template: { Resources: Record<string, PolicyResource> }) =>
  Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::IAM::Policy');

/** The system of the template, with one statement of one policy taken away. */
function systemWithout(policy?: string, index = 0): System {
  const template = JSON.parse(original);
  if (policy) template.Resources[policy].Properties.PolicyDocument.Statement.splice(index, 1);
  writeFileSync(file(), JSON.stringify(template));
  return readSystem(readAssembly(directory));
}

/** What the service, and ECS on its behalf, calls; and the fix of each call that is denied. */
function denied(system: System): Record<string, string> {
  const { definition, path } = servicesOf(system)[0]!;
  const { image, secrets } = definition.containers[0]!;
  const table = arn('dynamodb', `table/${system.of(dynamoTable)[0]!.ref}`);
  const task = [
    ['dynamodb:GetItem', table],
    ['dynamodb:Query', `${table}/index/by-day`],
    ['ssm:GetParameter', arn('ssm', 'parameter/shop/other')],
  ] as const;
  const execution = [
    ['ecr:GetAuthorizationToken', '*'],
    ['ecr:BatchGetImage', arn('ecr', `repository/${image.replace(/^[^/]*\/|:.*$/g, '')}`)],
    ['logs:CreateLogStream', arn('logs', `log-group:${system.of(logGroup)[0]!.ref}:log-stream:a`)],
    ['ssm:GetParameters', arn('ssm', 'parameter/shop/motto')],
    ['secretsmanager:GetSecretValue', secrets.DB!],
  ] as const;
  const calls = [
    ...task.map((call) => [definition.taskRole!, ...call]),
    ...execution.map((call) => [definition.executionRole!, ...call]),
  ];
  return Object.fromEntries(
    calls.flatMap(([roleArn, action, resource]) => {
      const decision = authorize(system, { roleArn: roleArn!, callerPath: path, action: action!, resource: resource! });
      return decision.verdict === 'deny' ? [[action, decision.fix]] : [];
    }),
  );
}

describe('the policies of a real template', () => {
  it('allow every call they were written for', () => {
    expect(denied(systemWithout())).toEqual({});
  });

  it('deny exactly the calls of a statement that is taken away, each with a fix', () => {
    const roles: Record<string, string[]> = {
      DefinitionTaskRole: ['dynamodb:GetItem', 'dynamodb:Query', 'ssm:GetParameter'],
      DefinitionExecutionRole: [
        'ecr:GetAuthorizationToken',
        'ecr:BatchGetImage',
        'logs:CreateLogStream',
        'ssm:GetParameters',
        'secretsmanager:GetSecretValue',
      ],
    };
    const seen = new Set<string>();
    for (const [id, { Properties }] of policies(JSON.parse(original))) {
      const [, called] = Object.entries(roles).find(([role]) => id.startsWith(role))!;
      Properties.PolicyDocument.Statement.forEach((statement, index) => {
        const lost = denied(systemWithout(id, index));
        expect(Object.keys(lost).sort()).toEqual(
          called.filter((action) => list(statement.Action).includes(action)).sort(),
        );
        for (const [action, fix] of Object.entries(lost)) {
          expect(fix).toMatch(/^on Shop\/Web: /);
          seen.add(action);
        }
      });
    }
    expect([...seen].sort()).toEqual(Object.values(roles).flat().sort());
  });
});
