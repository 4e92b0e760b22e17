import type { ParseArgsOptionsConfig } from 'node:util';

/** One sub-command of `mosaic`: a file in `commands/` and a line in the list. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** How it is called: `mosaic up [cdk.out]`. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** What each option does. */
  readonly help: Readonly<Record<string, string>>;
  /** Resolves with the exit code. */
  run(call: Call): Promise<number>;
}

/** A call of a command, parsed. */
export interface Call {
  readonly words: readonly string[];
  /** The words after `--`. */
  readonly rest: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** Aborted by ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** The meaning of a command's exit code. `mosaic run` returns its task's own. */
export const ExitCode = {
  ok: 0,
  /** What was asked for failed; the message says where and what to do. */
  failed: 1,
  /** The command was called in a way it does not understand. */
  usage: 2,
  /** No twin runs on this data folder. */
  noTwin: 3,
  /** The machine's Node is too old (said by the launcher). */
  wrongNode: 4,
  /** Ended by ctrl-C. */
  interrupted: 130,
} as const;

/** A mistake in how a command was called. */
export class UsageError extends Error {}

/** No twin to ask. */
export class NoTwinError extends Error {}
