import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../assembly/synthesize.ts';
import { findRunningTwin } from '../twin/control/running-twin.ts';
import { descendantsOf, memoryOf } from './process-meter.ts';
import { median } from './statistics.ts';
import { printTable, type Row } from './table.ts';

const root = join(import.meta.dirname, '..');
const RUNS = 5;

function seconds(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

const times = (work: () => void): number => median(Array.from({ length: RUNS }, () => seconds(work)));

/** What the blueprint's own commands cost: synth, start, restart, memory at rest. */
export async function line(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-'));
  const data = join(folder, 'data');
  const node = (...args: string[]): void => {
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: join(folder, 'app') },
    });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  };
  const mosaic = (...args: string[]): void => node(join(root, 'bin/mosaic.ts'), ...args, '--data', data);
  const down = (): void => mosaic('down');
  const bare = times(() => node('-e', '0'));
  const synth = times(() => node('bin/app.ts'));
  const assembly = await synthesize(root, { output: join(folder, 'cdk.out'), env: { CDK_VALIDATION: 'false' } });
  const up = (stage: string): void => mosaic('up', assembly, '--stage', stage, '--port', '0', '--detach');
  try {
    const first = seconds(() => up('dev'));
    const stops: number[] = [];
    const starts: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      stops.push(seconds(down));
      starts.push(seconds(() => up('dev')));
    }
    down();
    up('prod');
    const { pid } = (await findRunningTwin(data))!;
    const memory = [pid, ...descendantsOf(pid)].reduce((sum, each) => sum + memoryOf(each), 0);
    return [
      { what: 'node -e 0 (what this machine takes for any process)', value: bare, unit: 's' },
      { what: 'node bin/app.ts, both stages, no validation', value: synth, unit: 's' },
      { what: 'mosaic up, stage dev, first', value: first, unit: 's' },
      { what: 'mosaic up, stage dev, again', value: median(starts), unit: 's' },
      { what: 'mosaic down', value: median(stops), unit: 's' },
      { what: 'memory at rest, stage prod (PSS)', value: memory, unit: 'MB', digits: 0 },
    ];
  } finally {
    down();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) printTable(await line());
