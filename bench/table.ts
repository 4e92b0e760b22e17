/** A figure, and what it should be. */
export interface Row {
  readonly what: string;
  readonly value: number;
  /** @default - a ratio has none */
  readonly unit?: string;
  /** Digits behind the point. @default 2 */
  readonly digits?: number;
  /** @default - there is no least */
  readonly atLeast?: number;
  /** @default - there is no most */
  readonly atMost?: number;
}

/** Prints what was measured, what it should be, and whether it is. */
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
