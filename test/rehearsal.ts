import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECSClient, StopTaskCommand } from '@aws-sdk/client-ecs';
import { synthesize } from '../assembly/synthesize.ts';
import { startTwin, type Twin, type TwinOptions } from '../twin/twin.ts';

const root = join(import.meta.dirname, '..');

/** A new folder of its own for a test; removed at the end of the test run. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'mosaic-test-'));

/** Synthesizes the app in a folder, by default the blueprint's, into a temporary `cdk.out`. */
export function synthesized(project: string = root, env: Record<string, string> = {}): Promise<string> {
  return synthesize(project, { output: join(temporaryFolder(), 'cdk.out'), env: { CDK_VALIDATION: 'false', ...env } });
}

/** Starts a twin for a test, with its own data folder, on any free port. */
export function rehearse(assembly: string, options: Partial<TwinOptions> = {}): Promise<Twin> {
  return startTwin({ assembly, data: temporaryFolder(), port: 0, ...options });
}

/** Stops a task as `aws ecs stop-task` does: it gets SIGTERM and no new requests. */
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
