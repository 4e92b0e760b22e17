import { type Command, ExitCode } from '../command.ts';
import { dataHelp, dataOption, twinOf } from '../data-folder.ts';
import { denialText } from '../denial-text.ts';

/** Shows what the system tried and may not do. */
export const denials: Command = {
  name: 'denials',
  summary: 'shows which calls and connections were denied, why, and the line that allows each',
  usage: 'mosaic denials [-f] [--earlier] [--json] [--data DIR]',
  options: {
    ...dataOption,
    follow: { type: 'boolean', short: 'f' },
    earlier: { type: 'boolean' },
    json: { type: 'boolean' },
  },
  help: {
    follow: 'go on until ctrl-C',
    earlier: 'those of earlier runs on the same data as well',
    json: 'one JSON object a line',
    ...dataHelp,
  },
  async run(call) {
    const twin = await twinOf(call);
    const { follow, earlier } = call.options;
    const wanted = { follow: follow === true, earlier: earlier === true };
    for await (const denial of twin.denials(wanted, call.signal)) {
      console.log(call.options.json ? JSON.stringify(denial) : denialText(denial));
    }
    return ExitCode.ok;
  },
};
