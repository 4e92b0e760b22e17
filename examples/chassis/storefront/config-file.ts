import { readFileSync, watchFile } from 'node:fs';
import { MemoryConfig } from '../../../services/chassis/index.ts';

/** The values in a JSON file, by name; follows edits of the file. */
export function configFile(path: string): MemoryConfig {
  let names: readonly string[] = [];
  const config = new MemoryConfig();
  const follow = (): void => {
    const values = read(path);
    // Perhaps half written; the next change reads it again.
    if (values === undefined) return;
    for (const name of new Set([...names, ...Object.keys(values)])) config.set(name, values[name]);
    names = Object.keys(values);
  };
  follow();
  watchFile(path, { interval: 500, persistent: false }, follow);
  return config;
}

function read(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
