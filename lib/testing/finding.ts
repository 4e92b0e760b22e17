/** One thing an expectation does not accept. */
export interface Finding {
  /** Path of the construct it is about. */
  readonly where: string;
  /** What is there. */
  readonly got: string;
  /** What to do about it. */
  readonly mend: string;
}

/** Fails the test with every finding on a line of its own; works with any runner, because it only throws. */
export function expectNone(expected: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const lines = new Set(findings.map(({ where, got, mend }) => `  ${where}: got ${got}; ${mend}`));
  throw new Error([`expected ${expected}`, ...lines].join('\n'));
}
