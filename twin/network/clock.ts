/** What time it is, and waiting; given from outside so that tests need not wait. */
export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number;
  /** Calls back after so many milliseconds. Returns the way to call it off. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's own. */
export const machineClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
