/** How to order things by what they need. */
export interface Order<T> {
  keyOf(item: T): string;
  /** Keys of those that come before it; keys of nobody are passed over. */
  needsOf(item: T): readonly string[];
  /** What to throw where things need each other; `cycle` is `a → b → a`. */
  refuse(cycle: string): Error;
}

/** The items, each after those it needs, otherwise in the order given. */
export const inOrder = <T>(items: readonly T[], { keyOf, needsOf, refuse }: Order<T>): readonly T[] => {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  const ordered = new Set<T>();
  const visit = (item: T, waiting: readonly string[]): void => {
    if (ordered.has(item)) return;
    const key = keyOf(item);
    const start = waiting.indexOf(key);
    if (start >= 0) throw refuse([...waiting.slice(start), key].join(' → '));
    for (const need of needsOf(item)) {
      const before = byKey.get(need);
      if (before) visit(before, [...waiting, key]);
    }
    ordered.add(item);
  };
  for (const item of items) visit(item, []);
  return [...ordered];
};
