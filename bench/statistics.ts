/** The value that this share of all stays under. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** The value in the middle: it forgets the rounds in which the machine did something else. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);
