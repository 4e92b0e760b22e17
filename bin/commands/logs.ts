import { type Command, ExitCode } from '../command.ts';
import { dataHelp, dataOption, twinOf } from '../data-folder.ts';
import { logText } from '../log-text.ts';

/** Shows what the tasks print. */
export const logs: Command = {
  name: 'logs',
  summary: 'shows what the tasks of one service, or of all, print',
  usage: 'mosaic logs [service] [-f] [--json] [--data DIR]',
  options: { ...dataOption, follow: { type: 'boolean', short: 'f' }, json: { type: 'boolean' } },
  help: { follow: 'go on until ctrl-C', json: 'one JSON object a line', ...dataHelp },
  async run(call) {
    const twin = await twinOf(call);
    const [service] = call.words;
    for await (const entry of twin.logs({ service, follow: call.options.follow === true }, call.signal)) {
      console.log(call.options.json ? JSON.stringify(entry) : logText(entry));
    }
    return ExitCode.ok;
  },
};
