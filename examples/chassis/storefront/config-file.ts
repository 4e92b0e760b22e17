import { readFileSync, watchFile } from 'node:fs';
import { MemoryConfig } from '../../../services/chassis/index.ts';

/** Holds what a JSON file says, name by name, and follows it when it is edited. */
export function configFile(path: string): MemoryConfig {
  let names: readonly string[] = [];
  const config = new MemoryConfig();
  const follow = (): void => {
    const values = read(path);
    // Half written, perhaps: it is looked at again after the next change.
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
