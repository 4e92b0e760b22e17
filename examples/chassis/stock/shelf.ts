import type { Level } from './level.ts';

/** A number of articles set aside under the caller's key. */
export interface Reservation {
  readonly sku: string;
  readonly count: number;
  readonly left: number;
}

/** The levels and reservations, in memory. */
export class Shelf {
  readonly #levels: Map<string, Level>;
  readonly #reservations = new Map<string, Reservation>();

  constructor(counts: Readonly<Record<string, number>>) {
    const levels = Object.entries(counts).map(([sku, left]) => [sku, { sku, left, version: '1' }] as const);
    this.#levels = new Map(levels);
  }

  level(sku: string): Level | undefined {
    return this.#levels.get(sku);
  }

  put(level: Level): void {
    this.#levels.set(level.sku, level);
  }

  reservation(key: string): Reservation | undefined {
    return this.#reservations.get(key);
  }

  reserve(key: string, reservation: Reservation): void {
    this.#reservations.set(key, reservation);
  }
}
