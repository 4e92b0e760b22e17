import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type LogLine, RehearsedShop } from '../rehearsed-shop.ts';
import { until } from '../until.ts';

// That half of the calls failing opens a breaker in under 5 s, and what a hundred callers do to a dependency that is
// back, is shown on a clock that can be turned: test/services/chassis/policy.

/** Views a second; each is two calls of the catalog. */
const RATE = 20;
const CALLS_PER_VIEW = 2;
/** The binding's; whatever happens, a view has been answered by then. */
const DEADLINE_MS = 2_000;
/** What a busy machine adds. */
const SLACK_MS = 1_500;

/** How one view was answered. Moments are milliseconds since 1970. */
interface View {
  readonly id: string;
  readonly at: number;
  readonly status: number;
  readonly ms: number;
  readonly whole: boolean;
}

/** Asks for so many views a second, whether they are answered or not. */
class OfferedLoad {
  readonly answered: View[] = [];
  readonly #url: string;
  readonly #name: string;
  readonly #asked: Promise<void>[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(url: string, name: string) {
    this.#url = `${url}/web/products/oak-bookshelf`;
    this.#name = name;
    const began = performance.now();
    this.#timer = setInterval(() => {
      while (this.#asked.length < ((performance.now() - began) / 1_000) * RATE) this.#asked.push(this.#ask());
    }, 5);
  }

  get offered(): number {
    return this.#asked.length;
  }

  isOf({ correlationId }: LogLine): boolean {
    return correlationId?.startsWith(`${this.#name}.`) ?? false;
  }

  /** Resolves once so many more have been asked for, from now on, and answered. */
  async more(count: number): Promise<void> {
    const from = this.#asked.length;
    await until(
      () => this.#asked.length,
      (asked) => asked >= from + count,
    );
    await Promise.all(this.#asked.slice(from, from + count));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#asked);
  }

  async #ask(): Promise<void> {
    const id = `${this.#name}.${this.#asked.length}`;
    const [at, began] = [Date.now(), performance.now()];
    const answer = await fetch(this.#url, { headers: { 'x-correlation-id': id } });
    const whole = (await answer.text()).includes('"degraded":[]');
    this.answered.push({ id, at, status: answer.status, ms: performance.now() - began, whole });
  }
}

let shop: RehearsedShop;
let load: OfferedLoad | undefined;
beforeAll(async () => {
  shop = await RehearsedShop.start('dev');
});
afterEach(async () => {
  shop.resume();
  await load?.stop();
});
afterAll(() => shop?.down());

const breakerLines = async (since: number, state: string) =>
  (await shop.lines('web-bff')).filter(({ at, breaker }) => at >= since && breaker === state);

/** Waits until a line says so; gives the moment. */
const told = async (since: number, state: string): Promise<number> =>
  (
    await until(
      () => breakerLines(since, state),
      (lines) => lines.length > 0,
    )
  ).at(-1)!.at;

/** Requests that reached the catalog: it tells of each once it is awake. */
const reached = async (isCounted: (line: LogLine) => boolean) =>
  (await shop.lines('catalog')).filter((line) => line.status !== undefined && isCounted(line));

describe('18 a dependency that stalls under load', () => {
  it('is not called more often for it: callers are answered in time, and it is whole within 2 s once it is back', async () => {
    load = new OfferedLoad(shop.url, 'stalled');
    await load.more(RATE);
    const stalledAt = Date.now();
    shop.stall('catalog');
    const openAt = await told(stalledAt, 'open');
    await load.more(2 * RATE);
    const resumedAt = Date.now();
    shop.resume();
    const product = () => fetch(`${shop.url}/catalog/products/oak-bookshelf`);
    await until(product, ({ status }) => status === 200);
    const backAt = Date.now();
    await told(resumedAt, 'closed');
    await load.more(3 * RATE);
    await load.stop();

    const before = load.answered.filter(({ at, ms }) => at + ms < stalledAt);
    expect(before.length).toBeGreaterThan(RATE / 2);
    expect(before.filter(({ whole }) => !whole)).toEqual([]);
    expect(load.answered.filter(({ ms }) => ms > DEADLINE_MS + SLACK_MS)).toEqual([]);
    expect([200, 503, 504]).toEqual(expect.arrayContaining(load.answered.map(({ status }) => status)));

    // While it is open only a few find out, with all the time they have, whether it is back.
    const refused = load.answered.filter(({ at, ms }) => at > openAt && at < resumedAt && ms < DEADLINE_MS / 4);
    expect(refused.length).toBeGreaterThan(RATE / 2);

    const late = load.answered.filter(({ at }) => at > backAt + 2_000);
    expect(late.length).toBeGreaterThan(RATE / 2);
    expect(late.filter(({ whole }) => !whole)).toEqual([]);

    const attempts = await reached(load.isOf.bind(load));
    expect(attempts.length).toBeGreaterThan(before.length * CALLS_PER_VIEW);
    expect(attempts.length).toBeLessThanOrEqual(1.1 * CALLS_PER_VIEW * load.offered);

    // What it finds waiting when it wakes up came while it was stalled; this is what comes because it is back.
    const afresh = new Set(load.answered.filter(({ at }) => at >= resumedAt).map(({ id }) => id));
    const perHalfSecond = new Map<number, number>();
    for (const { at, correlationId } of attempts) {
      if (!afresh.has(correlationId!)) continue;
      const half = Math.floor((at - resumedAt) / 500);
      perHalfSecond.set(half, (perHalfSecond.get(half) ?? 0) + 1);
    }
    expect(Math.max(...perHalfSecond.values())).toBeLessThanOrEqual((2 * RATE * CALLS_PER_VIEW) / 2);
  }, 60_000);

  it('is called many times as often by callers that just try again', async () => {
    shop.stall('catalog');
    const plainCall = async (index: number): Promise<void> => {
      for (let attempt = 0; attempt < 4; attempt++) {
        const answer = await fetch(`${shop.url}/catalog/products/oak-bookshelf`, {
          headers: { 'x-correlation-id': `plain.${index}` },
          signal: AbortSignal.timeout(250),
        }).catch(() => undefined);
        if (answer?.ok) return;
      }
    };
    await Promise.all(Array.from({ length: RATE }, (_, index) => plainCall(index)));
    shop.resume();
    const ofPlain = ({ correlationId }: LogLine) => correlationId?.startsWith('plain.') ?? false;
    await until(
      () => reached(ofPlain),
      (attempts) => attempts.length > 3 * RATE,
    );
  });

  it('is not cut off for one call that failed while there was little traffic', async () => {
    const began = Date.now();
    const view = () => fetch(`${shop.url}/web/products/oak-bookshelf`);
    expect((await view()).status).toBe(200);
    shop.stall('catalog');
    expect((await view()).status).toBe(504);
    shop.resume();
    expect(await (await view()).json()).toMatchObject({ id: 'oak-bookshelf', degraded: [] });
    expect(await breakerLines(began, 'open')).toEqual([]);
  });

  it('is called again within 2 s when it comes back at another address', async () => {
    const [old] = shop.healthy('catalog');
    load = new OfferedLoad(shop.url, 'moved');
    await load.more(RATE);
    const stalledAt = Date.now();
    shop.stall('catalog');
    await told(stalledAt, 'open');
    process.kill(-old!.pid!, 'SIGKILL');
    const [back] = await until(
      () => shop.healthy('catalog').filter(({ id }) => id !== old!.id),
      (tasks) => tasks.length > 0,
      30_000,
    );
    const backAt = Date.now();
    expect(back!.address).not.toBe(old!.address);
    expect((await told(stalledAt, 'closed')) - backAt).toBeLessThan(2_000);
    await load.more(RATE);
    await load.stop();
    const late = load.answered.filter(({ at }) => at > backAt + 2_000);
    expect(late.filter(({ whole }) => !whole)).toEqual([]);
  }, 60_000);
});
