/** Something that is for sale. */
export interface Article {
  readonly name: string;
  readonly priceCents: number;
}

/** How much of an article there is, as customers are told. */
export type Availability = 'plenty' | 'few' | 'none' | 'unknown';

/** What to tell of so many that are left; `undefined` where nobody knows. */
export function availability(left: number | undefined, few: number): Availability {
  if (left === undefined) return 'unknown';
  if (left === 0) return 'none';
  return left <= few ? 'few' : 'plenty';
}

/** A price in dollars, to the cent. */
export const inDollars = (cents: number, rate: number): number => Math.round(cents * rate) / 100;
