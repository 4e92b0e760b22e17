import { backgroundRequest } from '../background-request.ts';

/** Failed requests after which ECS is not asked again. */
const MOST_TRIES = 3;

/**
 * The availability zone this task runs in. Asks ECS at the first call; undefined until the answer is there, and for
 * good if there is none. `metadataUri` is the value of `ECS_CONTAINER_METADATA_URI_V4`.
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
      // Nothing depends on it: calls then go to all zones alike.
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
