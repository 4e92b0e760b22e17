import { textOf } from './template-text.ts';

/** One thing an expectation does not accept. */
export interface Finding {
  /** Path of the construct it is about. */
  readonly where: string;
  /** What is there. */
  readonly got: string;
  /** What to do about it. */
  readonly mend: string;
}

/** That a property is no number, so that nobody knows whether it is right. */
export const incomparable = (where: string, property: string, value: unknown): Finding => ({
  where,
  got: `${property} of '${textOf(value)}', which cannot be compared`,
  mend: 'write it as a number',
});

/** Fails the test with every finding on a line of its own; works with any runner, because it only throws. */
export function expectNone(expected: string, findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const lines = new Set(findings.map(({ where, got, mend }) => `  ${where}: got ${got}; ${mend}`));
  throw new Error([`expected ${expected}`, ...lines].join('\n'));
}
