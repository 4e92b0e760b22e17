import { parseArgs } from 'node:util';
import { type Command, ExitCode, NoTwinError, UsageError } from './command.ts';
import { denials } from './commands/denials.ts';
import { down } from './commands/down.ts';
import { logs } from './commands/logs.ts';
import { run } from './commands/run.ts';
import { status } from './commands/status.ts';
import { up } from './commands/up.ts';
import { interruption } from './interruption.ts';

const commands: readonly Command[] = [up, status, run, logs, denials, down];

const overview = `mosaic rehearses the system a CDK app describes, on this machine

${commands.map(({ usage, summary }) => `  ${usage.split(' ').slice(0, 2).join(' ').padEnd(16)} ${summary}`).join('\n')}

  mosaic <command> --help says more.
  Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no twin runs here, 4 Node too old, 130 ctrl-C; 'mosaic run' returns its task's.`;

function helpOf(command: Command): string {
  const lines = Object.entries(command.help).map(([option, text]) => {
    const { type, short } = command.options[option] ?? { type: 'boolean' };
    const value = option.slice(option.lastIndexOf('-') + 1).toUpperCase();
    const flag = `--${option}${type === 'string' ? ` ${value}` : ''}`;
    return [short ? `-${short}, ${flag}` : flag, text] as const;
  });
  const flags = [...lines, ['--help', 'this text'] as const];
  const width = Math.max(...flags.map(([flag]) => flag.length));
  const options = flags.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`).join('\n');
  return `${command.usage}\n\n${command.summary}\n\n${options}`;
}

/** Runs the command the arguments name. Resolves with the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...others] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(overview);
    return name === undefined ? ExitCode.usage : ExitCode.ok;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) throw new UsageError(`no command '${name}'; there are ${commands.map((each) => each.name).join(', ')}`);
  const dashes = others.indexOf('--');
  const own = dashes < 0 ? others : others.slice(0, dashes);
  const rest = dashes < 0 ? [] : others.slice(dashes + 1);
  const { values, positionals } = parseOrExplain(command, own);
  if (values.help) {
    console.log(helpOf(command));
    return ExitCode.ok;
  }
  return command.run({ words: positionals, rest, options: values, signal: interruption() });
}

function parseOrExplain(command: Command, args: string[]) {
  try {
    const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message.split('. ')[0]}; 'mosaic ${command.name} --help' lists what there is`,
    );
  }
}

/** Ends the process once everything printed has been written, which may take a while on a pipe. */
const exit = (code: number): void => void process.stdout.write('', () => process.exit(code));

process.stdout.on('error', () => process.exit(ExitCode.ok));
main(process.argv.slice(2)).then(exit, (error: Error) => {
  console.error(`mosaic: ${process.env.MOSAIC_DEBUG ? error.stack : error.message}`);
  if (error instanceof UsageError) exit(ExitCode.usage);
  else exit(error instanceof NoTwinError ? ExitCode.noTwin : ExitCode.failed);
});
