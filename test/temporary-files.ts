import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a test run a temporary folder of its own, short enough for sockets, which goes with the run; twins keep their data there. */
export default function setUp(): void {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'mt-'));
  process.env.XDG_STATE_HOME = join(process.env.TMPDIR, 'state');
}

/** Removes it. */
export function tearDown(): void {
  rmSync(process.env.TMPDIR!, { recursive: true, force: true });
}
