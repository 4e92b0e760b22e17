/** Yields the values known so far, then each new one until the signal is aborted. */
export async function* followed<T>(
  known: () => readonly T[],
  watch: (listener: (value: T) => void) => () => void,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const waiting: T[] = [];
  let wake = (): void => {};
  const unwatch = watch((value) => {
    waiting.push(value);
    wake();
  });
  const end = (): void => wake();
  signal.addEventListener('abort', end);
  try {
    yield* known();
    while (!signal.aborted) {
      yield* waiting.splice(0);
      if (waiting.length > 0 || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    unwatch();
    signal.removeEventListener('abort', end);
  }
}
