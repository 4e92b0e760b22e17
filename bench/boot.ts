import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Environment } from '../contract/environment.ts';
import { bundleSource } from '../lib/constructs/source-bundle.ts';
import { freePort } from '../twin/engines/free-port.ts';
import { ahead } from './priority.ts';
import { cpuOf, memoryBesideOne } from './process-meter.ts';
import { quantile } from './statistics.ts';
import { printTable, type Row } from './table.ts';

const ROUNDS = 9;
const IDLE_MS = 500;
const root = join(import.meta.dirname, '..');

const BARE = `require('node:http').createServer((_, response) => response.end('{}')).listen(process.env.PORT, '127.0.0.1');`;

interface Start {
  readonly milliseconds: number;
  readonly cpu: number;
  readonly memory: number;
}

interface Variant {
  readonly what: string;
  /** Source of the service. @default - bare node:http */
  readonly source?: string;
  readonly reach?: { readonly milliseconds: number; readonly memory: number };
}

const variants: readonly Variant[] = [
  { what: 'bare node:http' },
  { what: 'chassis alone', source: 'bench/composed/customers', reach: { milliseconds: 100, memory: 45 } },
  { what: 'chassis that calls two services', source: 'bench/composed/view' },
  { what: 'chassis and DynamoDB client', source: 'services/catalog', reach: { milliseconds: 150, memory: 60 } },
];

/** Variables of the services; the URLs lead nowhere, since nobody is called before the first answer. */
const variables = {
  [Environment.service]: 'bench',
  [Environment.stage]: 'bench',
  AWS_REGION: 'us-east-1',
  PRODUCTS_TABLE: 'products',
  ...Object.fromEntries(
    ['ORDERS', 'CUSTOMERS'].flatMap((name) => [
      [`${name}_URL`, 'http://127.0.0.1:9'],
      [`${name}_TIMEOUT_MS`, '1000'],
    ]),
  ),
};

/** Time from process start to the first answer, and memory at rest, of services bundled as in their images. */
export async function boot(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-'));
  try {
    const folders = variants.map(({ source }, index) => installed(join(folder, String(index)), source));
    const starts: Start[][] = variants.map(() => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, each] of folders.entries()) starts[index]!.push(await ahead(() => startOnce(each)));
    }
    return variants.flatMap((variant, index) => rowsOf(variant, starts[index]!));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf({ what, reach }: Variant, starts: readonly Start[]): Row[] {
  // Other load on the machine can only add to it, so the least is nearest to the truth.
  const least = (of: keyof Start): number =>
    quantile(
      starts.map((start) => start[of]),
      0,
    );
  const middle = quantile(
    starts.map(({ memory }) => memory),
    0.5,
  );
  const most = (limit: number | undefined) => (limit === undefined ? {} : { atMost: limit });
  return [
    {
      what: `boot to first answer, ${what}`,
      value: least('milliseconds'),
      unit: 'ms',
      digits: 0,
      ...most(reach?.milliseconds),
    },
    { what: '  its CPU', value: least('cpu'), unit: 'ms', digits: 0 },
    { what: `  idle memory (PSS), ${what}`, value: middle, unit: 'MB', digits: 0, ...most(reach?.memory) },
  ];
}

function installed(folder: string, source: string | undefined): string {
  mkdirSync(folder);
  const files = source === undefined ? [['main.js', BARE] as const] : bundleSource(join(root, source), []);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}');
  return folder;
}

async function startOnce(cwd: string): Promise<Start> {
  const [port, managementPort] = await Promise.all([freePort(), freePort()]);
  const env = { ...variables, [Environment.port]: String(port), [Environment.managementPort]: String(managementPort) };
  const began = performance.now();
  const child = spawn(process.execPath, ['--enable-source-maps', 'main.js'], { cwd, env, stdio: 'ignore' });
  try {
    await firstAnswer(child, port);
    const milliseconds = performance.now() - began;
    const cpu = cpuOf([child.pid!]) / 1000;
    await sleep(IDLE_MS);
    return { milliseconds, cpu, memory: memoryBesideOne(child.pid!) };
  } finally {
    child.kill('SIGKILL');
    if (child.exitCode === null) await once(child, 'exit');
  }
}

/** Asks every two milliseconds until it answers. */
async function firstAnswer(child: ChildProcess, port: number): Promise<void> {
  while (!(await answers(port))) {
    if (child.exitCode !== null)
      throw new Error(`the service must answer, got exit code ${child.exitCode} first; see boot.ts for its variables`);
    await sleep(2);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /health HTTP/1.1\r\nhost: bench\r\n\r\n'));
    socket.once('error', () => resolve(false));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString('latin1').startsWith('HTTP/1.1 200'));
    });
  });
}

if (import.meta.main) printTable(await boot());
