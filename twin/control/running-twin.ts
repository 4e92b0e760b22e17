import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';

/** Where a running twin is found: a note in its data folder. */
export interface RunningTwin {
  readonly pid: number;
  /** Path of its control socket. */
  readonly socket: string;
}

const noteOf = (dataFolder: string): string => join(dataFolder, 'twin.json');

/** The twin that runs on this data folder; undefined if there is none, or if it was killed. */
export async function findRunningTwin(dataFolder: string): Promise<RunningTwin | undefined> {
  let note: RunningTwin;
  try {
    note = JSON.parse(readFileSync(noteOf(dataFolder), 'utf8')) as RunningTwin;
  } catch {
    return undefined;
  }
  return (await answers(note.socket)) ? note : undefined;
}

/** Writes the note. Returns the way to remove it. */
export function announceTwin(dataFolder: string, twin: RunningTwin): () => void {
  writeFileSync(noteOf(dataFolder), `${JSON.stringify(twin)}\n`, { mode: 0o600 });
  return () => rmSync(noteOf(dataFolder), { force: true });
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const attempt = connect(socket);
    attempt.once('connect', () => resolve(true));
    attempt.once('error', () => resolve(false));
    attempt.once('close', () => attempt.destroy());
    attempt.once('connect', () => attempt.end());
  });
}
