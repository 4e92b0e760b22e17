const closers: (() => unknown)[] = [];

/** Runs at the end of the test, last come first. */
export const atEnd = (close: () => unknown): void => {
  closers.push(close);
};

/** Ends a test: `afterEach(closeAll)`. */
export const closeAll = async (): Promise<void> => {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
};
