import type { Level } from './level.ts';

/** The level as it is once so many are left. */
export const changed = (level: Level, left: number): Level => ({
  ...level,
  left,
  version: String(Number(level.version) + 1),
});

/** The level once so many are set aside; undefined if there are not as many. */
export const taken = (level: Level, count: number): Level | undefined =>
  count > level.left ? undefined : changed(level, level.left - count);

/** Whether a caller who has seen this version, or minds none (`*`), may change the level. */
export const mayChange = (level: Level, seen: string): boolean => seen === '*' || seen === level.version;
