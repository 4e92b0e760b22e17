import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a test run its own temporary folder, also for the data of twins; its path is short enough for sockets. */
export default function setUp(): void {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'mt-'));
  process.env.XDG_STATE_HOME = join(process.env.TMPDIR, 'state');
}

/** Removes the temporary folder of the run. */
export function tearDown(): void {
  rmSync(process.env.TMPDIR!, { recursive: true, force: true });
}
