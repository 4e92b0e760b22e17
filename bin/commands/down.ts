import { findRunningTwin } from '../../twin/control/running-twin.ts';
import { type Command, ExitCode } from '../command.ts';
import { dataFolderOf, dataHelp, dataOption, twinOf } from '../data-folder.ts';

/** Stops a twin, no matter who started it. */
export const down: Command = {
  name: 'down',
  summary: 'stops the twin; its data stays',
  usage: 'mosaic down [--data DIR]',
  options: dataOption,
  help: dataHelp,
  async run(call) {
    if (!(await findRunningTwin(dataFolderOf(call)))) {
      console.log(`nothing to stop: no twin runs on ${dataFolderOf(call)}`);
      return ExitCode.ok;
    }
    await (await twinOf(call)).down();
    return ExitCode.ok;
  },
};
