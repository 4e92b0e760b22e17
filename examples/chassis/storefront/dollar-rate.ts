import { type Context, type Degradable, type DependencyGuard, inSpan } from '../../../services/chassis/index.ts';

const KEPT_MS = 60 * 60 * 1_000;

/** Dollars per euro: the current rate, or else the last one known, if any. */
export type DollarRate = (context: Context) => Promise<Degradable<number | undefined, 'dollars'>>;

export interface DollarRateProps {
  /** A bank's page with the rates as XML. */
  readonly url: string;
  /** Protects calls to the bank as a client would; the bank is no service of ours, so it has no client. */
  readonly guard: DependencyGuard;
  readonly elapsed: () => number;
}

/** Asks for the rate once an hour. */
export function dollarRate({ url, guard, elapsed }: DollarRateProps): DollarRate {
  let known: number | undefined;
  let askAt = 0;
  return (context) => {
    if (known !== undefined && elapsed() < askAt) return Promise.resolve({ kind: 'whole', value: known });
    return inSpan(context, 'dollar rate', async ({ deadline }) => {
      const answer = await guard.executeOr(
        { deadline, idempotent: true, attempt: ({ signal }) => fetchRate(url, signal) },
        { part: 'dollars', value: () => known },
      );
      if (answer.kind === 'whole') {
        known = answer.value;
        askAt = elapsed() + KEPT_MS;
      }
      return answer;
    });
  };
}

async function fetchRate(url: string, signal: AbortSignal): Promise<number | undefined> {
  const text = await (await fetch(url, { signal })).text();
  const [, rate] = /currency=["']USD["'] rate=["']([\d.]{1,10})["']/.exec(text) ?? [];
  if (rate === undefined) throw new Error(`${url} names no rate for USD`);
  return Number(rate);
}
