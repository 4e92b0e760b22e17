/** Something that is for sale. */
export interface Article {
  readonly name: string;
  readonly priceCents: number;
}

/** How much of an article there is, in the words customers see. */
export type Availability = 'plenty' | 'few' | 'none' | 'unknown';

/** What customers see if this many are left; `undefined` means that nobody knows. */
export function availability(left: number | undefined, few: number): Availability {
  if (left === undefined) return 'unknown';
  if (left === 0) return 'none';
  return left <= few ? 'few' : 'plenty';
}

/** A price in dollars, to the cent. */
export const inDollars = (cents: number, rate: number): number => Math.round(cents * rate) / 100;
