import { type Command, ExitCode, UsageError } from '../command.ts';
import { dataHelp, dataOption, twinOf } from '../data-folder.ts';

/** Runs a one-off task, as ECS RunTask does. */
export const run: Command = {
  name: 'run',
  summary: "runs one more task of a service with another command; its exit code is the command's",
  usage: 'mosaic run <service> [--data DIR] -- <command> [argument …]',
  options: dataOption,
  help: dataHelp,
  async run(call) {
    const [service, ...more] = call.words;
    if (service === undefined) throw new UsageError(`which service? ${run.usage}`);
    if (more.length > 0 || call.rest.length === 0) throw new UsageError(`write the command after '--': ${run.usage}`);
    const twin = await twinOf(call);
    const output = {
      stdout: (text: string) => void process.stdout.write(text),
      stderr: (text: string) => void process.stderr.write(text),
    };
    const code = await twin.run({ service, command: call.rest }, output, call.signal);
    return call.signal.aborted ? ExitCode.interrupted : code;
  },
};
