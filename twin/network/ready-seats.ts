import type { Seat } from './network.ts';

/** Those of a set of seats that may get requests just now; looks again only after a seat has changed. */
export class ReadySeats {
  readonly #choose: (seats: readonly Seat[]) => readonly Seat[];
  readonly #watched = new Map<Seat, () => void>();
  #ready: readonly Seat[] | undefined;

  constructor(choose: (seats: readonly Seat[]) => readonly Seat[]) {
    this.#choose = choose;
  }

  get now(): readonly Seat[] {
    this.#ready ??= this.#choose([...this.#watched.keys()]);
    return this.#ready;
  }

  add(seat: Seat): void {
    this.#forget();
    this.#watched.set(seat, seat.watch(this.#forget));
  }

  remove(seat: Seat): void {
    this.#watched.get(seat)?.();
    this.#watched.delete(seat);
    this.#forget();
  }

  readonly #forget = (): void => {
    this.#ready = undefined;
  };
}

/** Tasks others find by name: once their containers are healthy, or run where none has a check. */
export const callable = (seats: readonly Seat[]): readonly Seat[] =>
  seats.filter((seat) => {
    const checked = seat.service.definition.containers.some(({ healthCheck }) => healthCheck !== undefined);
    return seat.running && !seat.draining && (!checked || seat.verdict('container') === true);
  });
