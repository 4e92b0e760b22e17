/** Decides which requests are accepted. */
export interface Admission {
  /** Whether to work on one more request; `now` in the clock's elapsed milliseconds. */
  admits(critical: boolean, now: number): boolean;
  /** Called when work on a request begins. */
  entered(): void;
  /** Called when a request is answered; `late` if the service's whole time for a request ran out. */
  left(late: boolean): void;
  /** Milliseconds after which a caller that was turned away may retry. */
  readonly retryAfterMs: number;
}

/** Accepts every request. */
export const openDoor: Admission = { admits: () => true, entered() {}, left() {}, retryAfterMs: 0 };
