import { readFileSync } from 'node:fs';
import { AssemblyError } from './assembly-error.ts';

/** The object in a JSON file; `missing` says what to do where there is none. */
export const readJsonFile = <T>(file: string, missing: string): T => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AssemblyError(
      code === 'ENOENT' ? `${file} does not exist; ${missing}` : `${file} cannot be read (${code})`,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as T;
  } catch (error) {
    throw new AssemblyError(`${file} is not JSON (${(error as Error).message}); synthesize again`);
  }
  throw new AssemblyError(`${file} holds no object; synthesize again`);
};
