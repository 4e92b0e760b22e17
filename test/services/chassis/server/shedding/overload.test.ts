import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';

/** What callers still wait for. */
const PATIENCE_MS = 1_000;
/** All at once they are three seconds of work, and who is not told to wait comes again at once. */
const CALLERS = 300;
const WARM_UP_MS = 2_500;
const MEASURED_MS = 2_500;

interface Answer {
  readonly path: string;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly inTime: boolean;
}

/** Callers that come again as soon as they may. One in ten pays; in the end somebody asks for the health. */
async function offer(port: number): Promise<Answer[]> {
  const dispatcher = new Agent({ connections: CALLERS, pipelining: 1 });
  const call = async (path: string): Promise<Answer> => {
    const sentAt = performance.now();
    const { statusCode: status, headers, body } = await request(`http://127.0.0.1:${port}${path}`, { dispatcher });
    await body.dump();
    const inTime = performance.now() - sentAt < PATIENCE_MS;
    return { path, status, retryAfter: headers['retry-after'] as string | undefined, inTime };
  };
  // As a proxy keeps them: what waits, waits on a connection, not to become one.
  await Promise.all(Array.from({ length: CALLERS }, () => call('/health')));
  const measuredFrom = performance.now() + WARM_UP_MS;
  const until = measuredFrom + MEASURED_MS;
  const answers: Answer[] = [];
  const callAgain = async (path: string): Promise<void> => {
    while (performance.now() < until) {
      const answer = await call(path);
      if (performance.now() >= measuredFrom) answers.push(answer);
      if (answer.retryAfter !== undefined) await setTimeout(Number(answer.retryAfter) * 1_000);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, caller) => callAgain(caller % 10 === 0 ? '/pay' : '/burn')));
  answers.push(await call('/health'));
  await dispatcher.close();
  return answers;
}

async function overloaded(...args: string[]): Promise<Answer[]> {
  const child = fork(join(import.meta.dirname, 'burning-service.ts'), args, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return await offer(port);
  } finally {
    child.disconnect();
  }
}

/** How many callers had their answer while they still waited for it, of all of a path or of all. */
const served = (answers: readonly Answer[], asked?: string): number => {
  const judged = answers.filter(({ path }) => (asked === undefined ? path !== '/health' : path === asked));
  return judged.filter(({ status, inTime }) => status < 300 && inTime).length / judged.length;
};

describe('a service that is asked for more than it can do', () => {
  it('goes on doing what it can, critical work first, and tells the others when to come back', async () => {
    const answers = await overloaded();
    const shed = answers.filter(({ status }) => status === 503);
    expect(shed.length).toBeGreaterThan(0);
    expect(new Set(shed.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['1']));
    expect(served(answers)).toBeGreaterThan(0.1);
    expect(served(answers, '/pay')).toBeGreaterThan(0.7);
    expect(served(answers, '/burn')).toBeLessThan(0.7);
    expect(answers.at(-1)).toMatchObject({ path: '/health', status: 200 });
  });

  it('does nothing for anybody in time if it takes all: the control', async () => {
    const answers = await overloaded('open');
    expect(served(answers)).toBeLessThan(0.1);
    expect(answers.every(({ status }) => status < 300)).toBe(true);
  });
});
