import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { synthesize } from '../assembly/synthesize.ts';
import { startTwin, type Twin, type TwinOptions } from '../twin/twin.ts';

const root = join(import.meta.dirname, '..');

/** A folder of the test's own; it goes with the test run. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'mosaic-test-'));

/** Synthesizes the app in a folder (the blueprint's own, without one) into a temporary `cdk.out`. */
export function synthesized(project: string = root, env: Record<string, string> = {}): Promise<string> {
  return synthesize(project, { output: join(temporaryFolder(), 'cdk.out'), env: { CDK_VALIDATION: 'false', ...env } });
}

/** A twin for a test: its own data folder, any free port. */
export function rehearse(assembly: string, options: Partial<TwinOptions> = {}): Promise<Twin> {
  return startTwin({ assembly, data: temporaryFolder(), port: 0, ...options });
}

/** Has ECS stop a task, as `aws ecs stop-task` does: SIGTERM, and nothing new is sent to it. */
export async function stopTask({ toolEnvironment: env }: Twin, task: string): Promise<void> {
  const client = new ECSClient({
    endpoint: env.AWS_ENDPOINT_URL!,
    region: env.AWS_REGION!,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID!,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY!,
      sessionToken: env.AWS_SESSION_TOKEN!,
    },
  });
  await client.send(new StopTaskCommand({ task }));
  client.destroy();
}

/** Asks again until the answer is what is waited for; the last answer is in the error if it never is. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  wanted: (answer: T) => boolean,
  milliseconds = 15_000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > end) throw new Error(`never came: last was ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
