import { join } from 'node:path';
import { findRunningTwin } from '../../twin/control/running-twin.ts';
import { type LogEntry, LogStore } from '../../twin/tasks/log-store.ts';
import { type Call, type Command, ExitCode, NoTwinError } from '../command.ts';
import { dataFolderOf, dataHelp, dataOption, twinOf } from '../data-folder.ts';
import { logText } from '../log-text.ts';

/** Shows what the tasks print. */
export const logs: Command = {
  name: 'logs',
  summary: 'shows what the tasks of one service, or of all, print; of the last twin where none runs',
  usage: 'mosaic logs [service] [-f] [--json] [--data DIR]',
  options: { ...dataOption, follow: { type: 'boolean', short: 'f' }, json: { type: 'boolean' } },
  help: { follow: 'go on until ctrl-C', json: 'one JSON object a line', ...dataHelp },
  async run(call) {
    const [service] = call.words;
    for await (const entry of await entriesOf(call, service)) {
      console.log(call.options.json ? JSON.stringify(entry) : logText(entry));
    }
    return ExitCode.ok;
  },
};

/** From the running twin, or else from the last one on this data folder: its logs may say why it ended. */
async function entriesOf(
  call: Call,
  service: string | undefined,
): Promise<AsyncIterable<LogEntry> | Iterable<LogEntry>> {
  const folder = dataFolderOf(call);
  if (await findRunningTwin(folder)) {
    return (await twinOf(call)).logs({ service, follow: call.options.follow === true }, call.signal);
  }
  const entries = new LogStore({ folder: join(folder, 'logs') }).tail(service);
  if (entries.length === 0)
    throw new NoTwinError(`no twin runs on ${folder}, and none left logs there${service ? ` of ${service}` : ''}`);
  return entries;
}
