import type { Seat } from './network.ts';

/** Chooses the seats that may get requests now; chooses again only after a seat has changed. */
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

/** Whether others find a task by name: once its containers are healthy, or run where none has a check. */
export const isReachableByName = (seat: Seat): boolean => {
  const isChecked = seat.service.definition.containers.some(({ healthCheck }) => healthCheck !== undefined);
  return seat.running && !seat.draining && (!isChecked || seat.health('container') === true);
};

/** The tasks that others find by name. */
export const reachableByName = (seats: readonly Seat[]): readonly Seat[] => seats.filter(isReachableByName);
