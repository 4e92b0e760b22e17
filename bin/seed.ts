import { parseArgs } from 'node:util';
import { ECSClient } from '@aws-sdk/client-ecs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { runOneOffTask } from './one-off-task.ts';

const help = `Usage: npm run seed -- --stage NAME [--service NAME] [--command 'WORD …']

Runs one more task of a deployed service with another command (ECS RunTask) and waits until it has ended:
by default the catalog's seed, which adds the products that aren't there yet.

  --stage NAME       the stage it is deployed in
  --service NAME     the service, default catalog
  --command 'WORD …' the command, default 'node seed.js'
  --help             this

Credentials and region are found as the AWS CLI finds them (AWS_PROFILE, AWS_REGION, …).
Exit code: the task's own; 1 if there is none; 2 if it was called in a way it does not understand.
`;

const options = {
  stage: { type: 'string' },
  service: { type: 'string', default: 'catalog' },
  command: { type: 'string', default: 'node seed.js' },
  help: { type: 'boolean', default: false },
} as const;

/** What to do about an error, by its name or its message. */
const advice: Readonly<Record<string, string>> = {
  'Region is missing': 'name the region it is deployed in, for example AWS_REGION=eu-west-1',
  CredentialsProviderError: 'sign in, for example by: aws sso login',
  ExpiredTokenException: 'sign in again, for example by: aws sso login',
  AccessDeniedException:
    'this identity needs ssm:GetParameters, ecs:DescribeServices, ecs:RunTask, ecs:DescribeTasks and iam:PassRole',
};

function stop(code: number, message: string): never {
  process.stderr.write(`seed: ${message}\n`);
  process.exit(code);
}

function read() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return stop(2, `${(error as Error).message} (--help says more)`);
  }
}

const { stage, service, command, help: asked } = read();
if (asked) {
  process.stdout.write(help);
  process.exit(0);
}
if (stage === undefined) stop(2, '--stage is missing; name the stage it is deployed in, for example --stage prod');

try {
  const request = { stage, service, command: command.split(/\s+/).filter(Boolean) };
  const { taskArn, exitCode, reason } = await runOneOffTask(request, { ssm: new SSMClient(), ecs: new ECSClient() });
  process.stdout.write(`${service} in ${stage}: ${command}: exit code ${exitCode ?? 'none'} (${reason || taskArn})\n`);
  process.exit(exitCode ?? 1);
} catch (error) {
  const { name, message } = error as Error;
  const todo = advice[name] ?? advice[message];
  stop(1, todo === undefined ? message : `${message}; ${todo}`);
}
