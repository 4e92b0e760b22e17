import { FIX_WORDS, type FixWords } from '../contract/fix-words.ts';
import type { System } from './system.ts';

/** The words that the construct at a path, or the nearest one above it, left for a fix. */
export const wordsAt = (system: System, path: string): FixWords | undefined =>
  system.metadata(path, FIX_WORDS) as FixWords | undefined;

/** The highest construct that shares the fix words at a path: the one a user's code has in hand. */
export const speaker = (system: System, path: string): string | undefined => {
  const words = wordsAt(system, path);
  if (words === undefined) return undefined;
  const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
  return parent !== '' && wordsAt(system, parent) === words ? speaker(system, parent) : path;
};
