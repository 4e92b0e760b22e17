import { spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '../twin/progress.ts';
import { type Call, ExitCode, UsageError } from './command.ts';
import { dataFolderOf } from './data-folder.ts';
import { progressLine } from './terminal.ts';

type Said = { progress: Parameters<Progress> } | { healthy: true } | { failed: string; wrongUsage: boolean };

const DETACHED = 'MOSAIC_DETACHED';

/** Runs the command again in a process of its own, shows its progress, and returns once it is healthy or has failed. */
export function detach(call: Call, args: readonly string[]): Promise<number> {
  const folder = dataFolderOf(call);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openSync(join(folder, 'twin.log'), 'w');
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, [DETACHED]: '1' },
  });
  return new Promise((done, reject) => {
    call.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    child.on('message', (said: Said) => {
      if ('progress' in said) console.log(progressLine(...said.progress));
      else if ('failed' in said) reject(said.wrongUsage ? new UsageError(said.failed) : new Error(said.failed));
      else {
        child.disconnect();
        child.unref();
        done(ExitCode.ok);
      }
    });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (call.signal.aborted) done(ExitCode.interrupted);
      else
        reject(
          new Error(`the twin ended (exit code ${code}) before it was healthy; ${join(folder, 'twin.log')} says more`),
        );
    });
  });
}

/** The process that waits for this one; undefined in the foreground. */
export function detachedParent() {
  if (!process.env[DETACHED] || !process.send) return undefined;
  const say = (said: Said): void => void (process.connected && process.send?.(said));
  return {
    progress: (progress: Parameters<Progress>) => say({ progress }),
    failed: (error: Error) => say({ failed: error.message, wrongUsage: error instanceof UsageError }),
    healthy: () => {
      say({ healthy: true });
      console.log('healthy');
    },
  };
}
