/** Says who may come in. */
export interface Admission {
  /** Whether one more request is to be worked on; `now` in the clock's elapsed milliseconds. */
  admits(critical: boolean, now: number): boolean;
  /** A request is being worked on. */
  entered(): void;
  /** It has its answer; `late` says that this came only because all the time the service gives a request was over. */
  left(late: boolean): void;
  /** When those who are turned away may come back, in milliseconds. */
  readonly retryAfterMs: number;
}

/** Takes everybody. */
export const openDoor: Admission = { admits: () => true, entered() {}, left() {}, retryAfterMs: 0 };
