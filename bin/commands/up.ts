import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { synthesize } from '../../assembly/synthesize.ts';
import type { SsmValues } from '../../system/shared-values.ts';
import { privateFolder } from '../../twin/private-folder.ts';
import type { Progress } from '../../twin/progress.ts';
import type { Twin } from '../../twin/twin.ts';
import { type Call, type Command, ExitCode, UsageError } from '../command.ts';
import { dataFolderOf, dataHelp, dataOption } from '../data-folder.ts';
import { denialText } from '../denial-text.ts';
import { detach, detachedParent } from '../detach.ts';
import { logText } from '../log-text.ts';
import { readSsmParameterFile } from '../ssm-parameter-file.ts';
import { paint, progressLine } from '../terminal.ts';

/** Starts a twin. */
export const up: Command = {
  name: 'up',
  summary: 'rehearses an assembly (without one, runs the app of cdk.json first) and follows its logs',
  usage: 'mosaic up [cdk.out] [options]',
  options: {
    ...dataOption,
    port: { type: 'string' },
    fresh: { type: 'boolean' },
    detach: { type: 'boolean', short: 'd' },
    partial: { type: 'boolean' },
    stage: { type: 'string' },
    stacks: { type: 'string' },
    'ssm-parameters': { type: 'string' },
  },
  help: {
    port: 'where the first URL answers (default 8080); 0 takes any free one',
    fresh: 'begin without the data of earlier runs',
    detach: 'return once everything is healthy, or fail with the cause',
    partial: 'with --detach: do not fail if some services cannot be rehearsed, run the others',
    stage: 'which stage of the assembly, where there are several',
    stacks: 'run only the services of these stacks: a,b',
    'ssm-parameters': 'JSON file with values of SSM parameters that no stack here writes: { "/org/topic": "orders" }',
    ...dataHelp,
  },
  run: (call) => (call.options.detach ? detach(call, upArguments(call)) : bringUp(call)),
};

/** Starts a twin, does what the caller wants done once it is healthy, and stays until ctrl-C or `mosaic down`. */
export async function bringUp(
  call: Call,
  whenHealthy?: (twin: Twin, progress: Progress) => Promise<void>,
): Promise<number> {
  const parent = detachedParent();
  const progress: Progress = (...step) => (parent ? parent.progress(step) : console.log(progressLine(...step)));
  try {
    const port = portOf(call);
    const ssmParameters = ssmParametersOf(call);
    // The other commands start faster without it.
    const { startTwin } = await import('../../twin/twin.ts');
    const assembly = await assemblyOf(call, progress);
    const twin = await startTwin({
      assembly: assembly.folder,
      data: dataFolderOf(call),
      port,
      fresh: call.options.fresh === true,
      stage: call.options.stage as string | undefined,
      stacks: (call.options.stacks as string | undefined)?.split(','),
      // Whoever looks on sees what is missing; a script only sees the exit code.
      partial: parent === undefined || call.options.partial === true,
      ssmParameters,
      progress,
      signal: call.signal,
    }).finally(assembly.discard);
    call.signal.addEventListener('abort', () => void twin.down(), { once: true });
    await whenHealthy?.(twin, progress);
    if (parent) parent.healthy();
    else await follow(twin);
    await twin.stopped;
    return call.signal.aborted ? ExitCode.interrupted : ExitCode.ok;
  } catch (error) {
    if (call.signal.aborted) return ExitCode.interrupted;
    if (!parent) throw error;
    parent.failed(error as Error);
    return error instanceof UsageError ? ExitCode.usage : ExitCode.failed;
  }
}

/** An assembly, and the way to remove it if it was made for this call; a running twin no longer needs it. */
interface GivenAssembly {
  readonly folder: string;
  discard(): void;
}

async function assemblyOf(call: Call, progress: Progress): Promise<GivenAssembly> {
  const [given, ...more] = call.words;
  if (more.length > 0) throw new UsageError(`one assembly, got ${call.words.join(' ')}; ${up.usage}`);
  if (given !== undefined) return { folder: resolve(given), discard: () => {} };
  if (!existsSync('cdk.json'))
    throw new UsageError(
      `no assembly named and no cdk.json in ${process.cwd()}; name a cdk.out, or start it where cdk.json is`,
    );
  const began = performance.now();
  // Outside the project, and outside a data folder that may lie in it: an image built from the project root would copy
  // it in.
  const output = join(privateFolder(dataFolderOf(call)), 'cdk.out');
  const discard = (): void => rmSync(output, { recursive: true, force: true });
  discard();
  try {
    const folder = await synthesize(process.cwd(), { output, env: { CDK_VALIDATION: 'false' } });
    progress('synth', 'the app of cdk.json', performance.now() - began);
    return { folder, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

function portOf({ options }: Call): number {
  const given = (options.port as string | undefined) ?? '8080';
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535)
    throw new UsageError(`--port takes a number from 0 to 65535, got '${given}'`);
  return port;
}

function ssmParametersOf({ options }: Call): SsmValues | undefined {
  const file = options['ssm-parameters'] as string | undefined;
  return file === undefined ? undefined : readSsmParameterFile(file);
}

function upArguments({ words, options }: Call): string[] {
  const given = Object.entries(options).filter(([name, value]) => name !== 'detach' && value !== undefined);
  return [
    'up',
    ...words,
    ...given.flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)])),
  ];
}

async function follow(twin: Twin): Promise<void> {
  const [url] = Object.values(twin.status().urls);
  console.log(
    `\n  ${paint('bold', url ? `up   ${url}` : 'up')}   ${paint('dim', 'ctrl-C stops it, mosaic status says more')}`,
  );
  const without = twin.refused.map(({ id }) => id).join(', ');
  console.log(
    without === '' ? '' : `  ${paint('red', `without ${without}`)}   ${paint('dim', 'refused, see above')}\n`,
  );
  const ended = new AbortController();
  void twin.stopped.then(() => ended.abort());
  await Promise.all([
    printEach(twin.logs({ follow: true, last: 0 }, ended.signal), logText),
    printEach(twin.denials({ follow: true, last: 0 }, ended.signal), denialText),
  ]);
}

async function printEach<T>(values: AsyncIterable<T>, text: (value: T) => string): Promise<void> {
  for await (const value of values) console.log(text(value));
}
