import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';

/** One line a task wrote. */
export interface LogEntry {
  /** When, as ISO 8601 writes it. */
  readonly at: string;
  /** Name of its service. */
  readonly service: string;
  /** Id of the task. */
  readonly task: string;
  /** What it wrote, without the line break. */
  readonly line: string;
}

/** Where log lines are kept, and how many. */
export interface LogStoreOptions {
  /** Folder with a folder per service and a file per task. */
  readonly folder: string;
  /** A task's file is rotated at this size; one previous file is kept. @default 5 MB */
  readonly fileBytes?: number;
  /** The most that the files of a service may take together; the oldest are removed. @default 10 MB */
  readonly serviceBytes?: number;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: () => number;
}

/** Where a task's lines go. */
export interface TaskLog {
  add(line: string): void;
  close(): void;
}

/** How many past lines are read by default. */
const USUAL_LINES = 200;
const ENDING = '.log';
const PREVIOUS = '.1.log';

/** Keeps what tasks write, up to a limit, and passes it on. */
export class LogStore {
  readonly #folder: string;
  readonly #fileBytes: number;
  readonly #serviceBytes: number;
  readonly #clock: () => number;
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  readonly #open = new Set<TaskFile>();
  #time = Number.NaN;
  #text = '';

  constructor({ folder, fileBytes = 5e6, serviceBytes = 1e7, clock = Date.now }: LogStoreOptions) {
    this.#folder = folder;
    this.#fileBytes = fileBytes;
    this.#serviceBytes = serviceBytes;
    this.#clock = clock;
  }

  /** Opens the log of a task. */
  open(service: string, task: string): TaskLog {
    const folder = join(this.#folder, service);
    mkdirSync(folder, { recursive: true });
    const file = new TaskFile(join(folder, `${task}${ENDING}`), this.#fileBytes, () => this.#bound(folder));
    this.#open.add(file);
    return {
      add: (line) => {
        const at = this.#now();
        file.add(`${at} ${line}\n`);
        for (const listener of this.#listeners) listener({ at, service, task, line });
      },
      close: () => {
        file.close();
        this.#open.delete(file);
      },
    };
  }

  /** Calls back at every new line. Returns the way to stop. */
  follow(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The latest lines of a service, or of all, oldest first. */
  tail(service: string | undefined, last: number = USUAL_LINES): readonly LogEntry[] {
    for (const file of this.#open) file.flush();
    const services = service === undefined ? namesIn(this.#folder) : [service];
    const entries = services.flatMap((name) =>
      taskFiles(join(this.#folder, name)).flatMap((path) => lastOf(readEntries(path, name), last)),
    );
    entries.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
    return lastOf(entries, last);
  }

  close(): void {
    for (const file of this.#open) file.close();
    this.#open.clear();
  }

  /** ISO 8601; cached, because many lines come in one millisecond. */
  #now(): string {
    const time = this.#clock();
    if (time !== this.#time) [this.#time, this.#text] = [time, new Date(time).toISOString()];
    return this.#text;
  }

  /** Removes the oldest files of a service until the rest is small enough. */
  #bound(folder: string): void {
    let bytes = 0;
    for (const path of taskFiles(folder).reverse()) {
      bytes += statSync(path).size;
      if (bytes > this.#serviceBytes) rmSync(path, { force: true });
    }
  }
}

/** How long lines are buffered. */
const GATHERED_MS = 20;

/** Buffers lines for a moment, so that a chatty task costs one write. */
class TaskFile {
  readonly #path: string;
  readonly #mostBytes: number;
  readonly #grown: () => void;
  #descriptor: number;
  #bytes: number;
  #pending: string[] = [];

  constructor(path: string, mostBytes: number, grown: () => void) {
    this.#path = path;
    this.#mostBytes = mostBytes;
    this.#grown = grown;
    this.#descriptor = openSync(path, 'a');
    this.#bytes = statSync(path).size;
    grown();
  }

  add(text: string): void {
    if (this.#pending.push(text) === 1) setTimeout(() => this.flush(), GATHERED_MS);
  }

  flush(): void {
    if (this.#pending.length === 0 || this.#descriptor < 0) return;
    const text = this.#pending.join('');
    this.#pending = [];
    this.#bytes += writeSync(this.#descriptor, text);
    if (this.#bytes < this.#mostBytes) return;
    closeSync(this.#descriptor);
    renameSync(this.#path, this.#path.replace(/\.log$/, PREVIOUS));
    this.#descriptor = openSync(this.#path, 'a');
    this.#bytes = 0;
    this.#grown();
  }

  close(): void {
    this.flush();
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** Files of a service, oldest first. */
function taskFiles(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith(ENDING))
    .map((name) => join(folder, name))
    .map((path) => ({ path, time: statSync(path).mtimeMs }))
    .sort((one, other) => one.time - other.time)
    .map(({ path }) => path);
}

/** The last entries of a list; `slice(-count)` would be all of them for 0. */
const lastOf = <T>(all: readonly T[], count: number): readonly T[] => all.slice(Math.max(all.length - count, 0));

function readEntries(path: string, service: string): readonly LogEntry[] {
  const task = basename(path).replace(/(\.1)?\.log$/, '');
  const entries: LogEntry[] = [];
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    const space = text.indexOf(' ');
    if (space > 0) entries.push({ at: text.slice(0, space), service, task, line: text.slice(space + 1) });
  }
  return entries;
}
