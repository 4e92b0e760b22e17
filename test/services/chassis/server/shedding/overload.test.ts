import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Agent, request } from 'undici';

/** What callers still wait for. */
const PATIENCE_MS = 1_000;
const SECONDS = 5;
/** Twice what the service can do. */
const PER_SECOND = 200;

interface Answer {
  readonly path: string;
  readonly sentAt: number;
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly inTime: boolean;
}

/** Callers that come whether or not earlier ones have their answers. One in ten pays; two ask for the health. */
async function offer(port: number): Promise<Answer[]> {
  const dispatcher = new Agent({ connections: 2_000, pipelining: 1 });
  const answers: Promise<Answer>[] = [];
  let began = performance.now();
  const call = async (path: string): Promise<Answer> => {
    const sentAt = performance.now() - began;
    const { statusCode: status, headers, body } = await request(`http://127.0.0.1:${port}${path}`, { dispatcher });
    await body.dump();
    const inTime = performance.now() - began - sentAt < PATIENCE_MS;
    return { path, sentAt, status, retryAfter: headers['retry-after'] as string | undefined, inTime };
  };
  // As a proxy keeps them: what waits, waits on a connection, not to become one.
  await Promise.all(Array.from({ length: SECONDS * PER_SECOND }, () => call('/health')));
  began = performance.now();
  for (let sent = 0; sent < SECONDS * PER_SECOND; ) {
    const due = Math.floor(((performance.now() - began) / 1_000) * PER_SECOND);
    for (; sent < Math.min(due, SECONDS * PER_SECOND); sent++) answers.push(call(sent % 10 === 0 ? '/pay' : '/burn'));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  answers.push(call('/health'));
  const all = await Promise.all(answers);
  await dispatcher.close();
  return all;
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

/** Answers callers still waited for, a second, while the overload had lasted for a while. */
const goodput = (answers: readonly Answer[]): number =>
  answers.filter(({ sentAt, status, inTime }) => sentAt >= 3_000 && status < 300 && inTime).length / (SECONDS - 3);

describe('a service that is asked for twice what it can do', () => {
  it('goes on doing what it can, critical work first, and tells the others when to come back', async () => {
    const answers = await overloaded();
    expect(goodput(answers)).toBeGreaterThan(40);
    const shed = answers.filter(({ status }) => status === 503);
    expect(shed.length).toBeGreaterThan(0);
    expect(new Set(shed.map(({ retryAfter }) => retryAfter))).toEqual(new Set(['1']));
    const share = (path: string): number => {
      const late = answers.filter((answer) => answer.path === path && answer.sentAt >= 3_000);
      return late.filter(({ status }) => status < 300).length / late.length;
    };
    expect(share('/pay')).toBeGreaterThan(0.7);
    expect(share('/burn')).toBeLessThan(0.7);
    expect(answers.find(({ path }) => path === '/health')?.status).toBe(200);
  });

  it('does nothing for anybody in time if it takes all: the control', async () => {
    const answers = await overloaded('open');
    expect(goodput(answers)).toBeLessThan(10);
    expect(answers.every(({ status }) => status < 300)).toBe(true);
  });
});
