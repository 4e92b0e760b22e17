// Asks as often as it is told to, over as many connections, and says how many answers were not the wanted ones.
import { Pool } from 'undici';

interface Load {
  readonly url: string;
  readonly requests: number;
  readonly connections: number;
  /** Sent along, if there is one. */
  readonly body?: string;
}

const pools = new Map<string, Pool>();

process.on('message', async ({ url, requests, connections, body }: Load) => {
  const { origin, pathname, search } = new URL(url);
  const pool = pools.get(origin) ?? new Pool(origin, { connections, connect: { rejectUnauthorized: false } });
  pools.set(origin, pool);
  let left = requests;
  let failed = 0;
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const method = body === undefined ? 'GET' : 'POST';
      const answer = await pool.request({ method, path: pathname + search, body: body ?? null });
      const { id } = (await answer.body.json()) as { id?: string };
      if (answer.statusCode !== 200 || id !== '42') failed++;
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  process.send!(failed);
});
process.once('disconnect', () => process.exit());
