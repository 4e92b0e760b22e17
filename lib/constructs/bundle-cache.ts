import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A bundle, and the files it was made from. */
export interface Bundle {
  /** Absolute paths of all files that were read. */
  readonly inputs: readonly string[];
  /** Files by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

interface Kept {
  /** Path → size and time of its last change. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Name → content in base64. */
  readonly files: Readonly<Record<string, string>>;
}

/** Keeps bundles from one synth to the next, which would spend most of its time bundling what has not changed. */
export class BundleCache {
  readonly #folder: string;
  readonly #always: readonly string[];

  /** A change of an `always` file, for example a mark of what is installed, invalidates every bundle. */
  constructor(folder: string, always: readonly string[]) {
    this.#folder = folder;
    this.#always = always;
  }

  /** The files of the bundle `key` stands for: the kept ones if no input has changed since, else new ones. */
  files(key: string, make: () => Bundle): Bundle['files'] {
    const path = join(this.#folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
    const kept = read(path);
    if (kept && Object.entries(kept.inputs).every(([input, stamp]) => stampOf(input) === stamp)) {
      return new Map(Object.entries(kept.files).map(([name, content]) => [name, Buffer.from(content, 'base64')]));
    }
    const { inputs, files } = make();
    this.#write(path, {
      inputs: Object.fromEntries([...inputs, ...this.#always].map((input) => [input, stampOf(input)])),
      files: Object.fromEntries([...files].map(([name, content]) => [name, Buffer.from(content).toString('base64')])),
    });
    return files;
  }

  #write(path: string, kept: Kept): void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      const unfinished = `${path}.${process.pid}`;
      writeFileSync(unfinished, JSON.stringify(kept));
      renameSync(unfinished, path);
    } catch {
      // Where nothing can be written, each synth bundles again.
    }
  }
}

function read(path: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Kept;
  } catch {
    return undefined;
  }
}

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.size} ${found.mtimeMs}` : 'none';
}
