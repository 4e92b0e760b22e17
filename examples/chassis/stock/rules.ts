import type { Level } from './level.ts';

/** The level after a change to this many. */
export const changed = (level: Level, left: number): Level => ({
  ...level,
  left,
  version: String(Number(level.version) + 1),
});

/** The level after this many are set aside; undefined if there are not that many. */
export const taken = (level: Level, count: number): Level | undefined =>
  count > level.left ? undefined : changed(level, level.left - count);

/** Whether a caller that has seen this version, or accepts any (`*`), may change the level. */
export const mayChange = (level: Level, seen: string): boolean => seen === '*' || seen === level.version;
