import { backgroundRequest } from '../background-request.ts';

/** Who does not answer that often is not asked any more. */
const MOST_TRIES = 3;

/**
 * The availability zone this task runs in. ECS is asked for it when it is first wanted; it is undefined until the answer
 * is there, and stays so where there is none. `metadataUri` is the value of `ECS_CONTAINER_METADATA_URI_V4`.
 */
export function taskZone(metadataUri: string | undefined): () => string | undefined {
  let zone: string | undefined;
  let asking = false;
  let triesLeft = metadataUri ? MOST_TRIES : 0;

  async function ask(): Promise<void> {
    asking = true;
    triesLeft--;
    try {
      zone = await readZone(`${metadataUri}/task`);
      triesLeft = 0;
    } catch {
      // A nearer instance is a comfort, not a need.
    } finally {
      asking = false;
    }
  }

  return () => {
    if (triesLeft > 0 && !asking) void ask();
    return zone;
  };
}

async function readZone(url: string): Promise<string | undefined> {
  const { status, text } = await backgroundRequest({ url, timeoutMs: 1_000 });
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  const answer = JSON.parse(text) as { AvailabilityZone?: unknown };
  return typeof answer.AvailabilityZone === 'string' ? answer.AvailabilityZone : undefined;
}
