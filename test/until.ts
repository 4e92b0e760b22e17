import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks until the answer is the one wanted, by default any that counts as true, and resolves with it. If it never comes,
 * the error has the last answer.
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  wanted: (answer: T) => boolean = Boolean,
  milliseconds = 50_000,
): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (performance.now() > end) throw new Error(`never came: last was ${JSON.stringify(answer)}`);
    await wait(5);
  }
}
