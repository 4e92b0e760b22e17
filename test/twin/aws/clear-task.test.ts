import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { secret } from '../../../system/resources/secret.ts';
import { securityGroup } from '../../../system/resources/security-group.ts';
import { ssmParameter } from '../../../system/resources/ssm-parameter.ts';
import type { Container, Service } from '../../../system/service.ts';
import { clearTask } from '../../../twin/aws/clear-task.ts';
import { Parameters } from '../../../twin/aws/parameters.ts';
import { Secrets } from '../../../twin/aws/secrets.ts';
import type { Denial } from '../../../twin/report/denial.ts';
import {
  ACCOUNT,
  arn,
  definition,
  grants,
  REGION,
  resource,
  role,
  roleArn,
  systemOf,
} from '../../system/iam/system-of.ts';

const SECRET = arn('secretsmanager', 'secret:Db-a1b2c3');
const PARAMETER = arn('ssm', 'parameter/shop/motto');
const REPOSITORY = arn('ecr', 'repository/assets');
const STREAMS = arn('logs', 'log-group:/web:*');
const needed = [
  [['ecr:GetAuthorizationToken'], ['*']],
  [['ecr:BatchGetImage'], [REPOSITORY]],
  [['ecr:GetDownloadUrlForLayer'], [REPOSITORY]],
  [['ecr:BatchCheckLayerAvailability'], [REPOSITORY]],
  [['logs:CreateLogStream'], [STREAMS]],
  [['logs:PutLogEvents'], [STREAMS]],
  [['ssm:GetParameters'], [PARAMETER]],
  [['secretsmanager:GetSecretValue'], [SECRET]],
] as const satisfies readonly (readonly [readonly string[], readonly string[]])[];

const service = (
  container: Partial<Container>,
  roles: { taskRole?: string | undefined; executionRole?: string | undefined } = {},
): Service =>
  ({
    name: 'web',
    path: 'Shop/Web',
    groups: ['sg-web'],
    vpcAddress: undefined,
    definition: {
      revision: 'web:1',
      taskRole: undefined,
      executionRole: roleArn('Execution'),
      ...roles,
      containers: [
        {
          name: 'app',
          image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/assets:1`,
          logGroup: '/web',
          logStreamPrefix: 'shop',
          secrets: {},
          ...container,
        },
      ],
    },
  }) as unknown as Service;

const secrets = { MOTTO: '/shop/motto', MOTTO_ARN: PARAMETER, DB: SECRET, PASSWORD: `${SECRET}:password::` };

const CLOSED = { name: undefined, description: 'closed', vpc: undefined, ingress: [], egress: [] };

let denials: Denial[];
beforeEach(() => {
  denials = [];
});

function start(
  container: Partial<Container>,
  statements: readonly (readonly [readonly string[], readonly string[]])[] = needed,
  more: Extras = {},
) {
  const system = systemOf([
    resource(ssmParameter, 'Shop/Motto', { ref: '/shop/motto' }, { kind: 'String', value: 'buy' }),
    resource(secret, 'Shop/Db', { ref: SECRET }, { value: '{"password":"pw"}', generate: undefined }),
    role('Execution', more.trust === undefined ? {} : { trust: more.trust }),
    definition('Web', { executionRole: 'Execution' }),
    grants('Execution', ...(statements as [string[], string[]][])),
    ...(more.isClosed ? [resource(securityGroup, 'Shop/WebGroup', { ref: 'sg-web' }, CLOSED)] : []),
  ]);
  return clearTask({
    system,
    service: service(container, more.roles),
    task: '3f2a',
    parameters: new Parameters(system),
    secrets: new Secrets(system, join(mkdtempSync(join(tmpdir(), 'clearance-')), 'secrets.json')),
    denied: (denial) => denials.push(denial),
  });
}
interface Extras {
  /** Its security group lets nothing out. */
  readonly isClosed?: boolean;
  readonly trust?: object;
  readonly roles?: { readonly taskRole?: string; readonly executionRole?: string | undefined };
}

describe('clearTask', () => {
  it('lets a task start whose execution role has what it needs, with its secrets', () => {
    expect(start({ secrets })).toEqual({
      starts: true,
      secrets: { app: { MOTTO: 'buy', MOTTO_ARN: 'buy', DB: '{"password":"pw"}', PASSWORD: 'pw' } },
    });
    expect(denials).toEqual([]);
  });

  it.each(needed.filter(([[action]]) => action !== 'logs:PutLogEvents').map(([[action], [on]]) => [action, on]))(
    'stops it in the words of ECS when %s is taken away',
    (action, on) => {
      const clearance = start(
        { secrets },
        needed.filter(([[each]]) => each !== action),
      );
      const resource = on === STREAMS ? arn('logs', 'log-group:/web:log-stream:shop/app/3f2a') : on;
      expect(clearance).toEqual({
        starts: false,
        reason: expect.stringMatching(
          /^(ResourceInitializationError: (unable to pull secrets or registry auth|failed to validate logger args)|CannotPullContainerError: )/,
        ),
      });
      expect((clearance as { reason: string }).reason).toContain(
        `AccessDeniedException: User: arn:aws:sts::${ACCOUNT}:assumed-role/Execution/3f2a is not authorized to perform: ${action} on resource: ${resource} because`,
      );
      expect(denials).toMatchObject([{ from: 'web', action, resource, why: 'no statement of Execution allows it' }]);
      expect(denials[0]!.fix).toMatch(/^on Shop\/Web: .*(obtainExecutionRole\(\)|addToExecutionRolePolicy)/);
    },
  );

  it.each([
    ['an image of ECR', {}, 'api.ecr'],
    ['logs', { image: 'public.ecr.aws/x/y:1' }, 'logs'],
    ['a parameter', { secrets: { MOTTO: PARAMETER } }, 'ssm'],
  ])('stops it where no security group lets it reach %s', (_, container, api) => {
    const clearance = start(container, needed, { isClosed: true });
    const host = `${api}.${REGION}.amazonaws.com:443`;
    expect(clearance).toEqual({ starts: false, reason: expect.stringContaining(`dial tcp ${host}: i/o timeout`) });
    expect(denials).toMatchObject([{ from: 'web', connection: 'connect', to: host }]);
  });

  it('lets it start without logs:PutLogEvents, as ECS does, and reports the loss', () => {
    expect(
      start(
        {},
        needed.filter(([[each]]) => each !== 'logs:PutLogEvents'),
      ).starts,
    ).toBe(true);
    expect(denials).toMatchObject([{ action: 'logs:PutLogEvents' }]);
  });

  it('asks nothing for an image of a public registry without logs and secrets', () => {
    expect(
      start({ image: 'public.ecr.aws/x/y:1', logGroup: undefined }, [], { roles: { executionRole: undefined } }).starts,
    ).toBe(true);
  });

  it.each([
    [
      'a parameter that does not exist',
      { A: '/shop/missing' },
      [['ssm:GetParameters'], ['*']],
      'invalid ssm parameters: /shop/missing',
    ],
    [
      'a secret that does not exist',
      { A: arn('secretsmanager', 'secret:No-123456') },
      [['secretsmanager:*'], ['*']],
      "Secrets Manager can't find the specified secret",
    ],
    [
      'a key the secret does not have',
      { A: `${SECRET}:user::` },
      [['secretsmanager:*'], ['*']],
      'did not contain json key user',
    ],
  ] as const)('stops it for %s', (_, wanted, statement, text) => {
    expect(start({ secrets: wanted }, [...needed, statement])).toEqual({
      starts: false,
      reason: expect.stringContaining(text),
    });
  });

  it('stops it when it has no execution role but needs one', () => {
    expect(start({}, needed, { roles: { executionRole: undefined } })).toEqual({
      starts: false,
      reason: expect.stringContaining('web:1 to have an execution role'),
    });
  });

  it('stops it when ECS may not assume the role', () => {
    const trust = (Service: string, SourceAccount = ACCOUNT) => ({
      Statement: {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service },
        Condition: { StringEquals: { 'aws:SourceAccount': SourceAccount } },
      },
    });
    expect(start({}, needed, { trust: trust('ecs-tasks.amazonaws.com') }).starts).toBe(true);
    expect(start({}, needed, { trust: trust('ecs-tasks.amazonaws.com', '999999999999') }).starts).toBe(false);
    expect(start({}, needed, { trust: trust('lambda.amazonaws.com') })).toEqual({
      starts: false,
      reason: expect.stringContaining('ECS was unable to assume the role'),
    });
  });
});
