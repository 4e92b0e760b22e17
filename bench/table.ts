/** A measured figure and its target. */
export interface Row {
  /** What was measured. */
  readonly what: string;
  readonly value: number;
  /** @default - none, as of a ratio */
  readonly unit?: string;
  /** Decimals. @default 2 */
  readonly digits?: number;
  /** Target: at least this. @default - no lower bound */
  readonly atLeast?: number;
  /** Target: at most this. @default - no upper bound */
  readonly atMost?: number;
}

/** Prints each figure, its target, and whether the target is met. */
export function printTable(rows: readonly Row[]): void {
  const cells = [['what', 'reach', 'measured', 'met'], ...rows.map(cellsOf)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((line) => line[column]!.length)));
  for (const line of cells) {
    const [what, ...figures] = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
    );
    console.log([what, ...figures].join('  ').trimEnd());
  }
}

function cellsOf({ what, value, unit = '', digits = 2, atLeast, atMost }: Row): string[] {
  const figure = (number: number): string => `${number.toFixed(digits)} ${unit}`.trim();
  const reach = atLeast !== undefined ? `≥ ${figure(atLeast)}` : atMost !== undefined ? `≤ ${figure(atMost)}` : '';
  const met = value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
  return [what, reach, figure(value), reach === '' ? '' : met ? 'yes' : 'NO'];
}
