/** The value below which this share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** The middle value, which ignores the few rounds disturbed by other load. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);
