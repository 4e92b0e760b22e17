import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../assembly/synthesize.ts';
import { findRunningTwin } from '../twin/control/running-twin.ts';

/** What the line costs: synth, start, restart, memory at rest. Linux only, for it reads PSS from /proc. */
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-'));
const data = join(folder, 'data');
const RUNS = 5;

function seconds(work: () => void): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

function node(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: join(folder, 'app') },
  });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

const mosaic = (...args: string[]): string => node(join(root, 'bin/mosaic.ts'), ...args, '--data', data);
const up = (stage: string): void => void mosaic('up', assembly, '--stage', stage, '--port', '0', '--detach');

/** Proportional memory of a process and all it started, in MB. */
function memory(pid: number): number {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]) }];
      } catch {
        return [];
      }
    });
  const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
  const children = parents.filter(({ parent }) => parent === pid);
  return Number(pss) / 1024 + children.reduce((sum, child) => sum + memory(child.pid), 0);
}

function row(what: string, values: readonly number[], unit: string): void {
  const sorted = values.toSorted((one, other) => one - other);
  const shown = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((value) =>
    value!.toFixed(2).padStart(8),
  );
  console.log(`${what.padEnd(44)} ${shown.join(' ')} ${unit}`);
}

const times = (work: () => void): number[] => Array.from({ length: RUNS }, () => seconds(work));

console.log(`${''.padEnd(44)} ${['min', 'median', 'max'].map((name) => name.padStart(8)).join(' ')}`);
row(
  'node -e 0 (what this machine takes at all)',
  times(() => void node('-e', '0')),
  's',
);
row(
  'node bin/app.ts, both stages, no validation',
  times(() => void node('bin/app.ts')),
  's',
);

const assembly = await synthesize(root, { output: join(folder, 'cdk.out'), env: { CDK_VALIDATION: 'false' } });
try {
  row('mosaic up, stage dev, first', [seconds(() => up('dev'))], 's');
  const stops: number[] = [];
  const starts: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    stops.push(seconds(() => void mosaic('down')));
    starts.push(seconds(() => up('dev')));
  }
  row('mosaic down', stops, 's');
  row('mosaic up, stage dev, again', starts, 's');
  mosaic('down');
  up('prod');
  const twin = await findRunningTwin(data);
  row('memory at rest, stage prod, four tasks (PSS)', [memory(twin!.pid)], 'MB');
} finally {
  mosaic('down');
  rmSync(folder, { recursive: true, force: true });
}
