import type { Honesty } from '../../system/honesty.ts';
import { honestySummary, type Status } from '../../twin/report/status.ts';
import { type Command, ExitCode } from '../command.ts';
import { dataHelp, dataOption, twinOf } from '../data-folder.ts';
import { denialText } from '../denial-text.ts';
import { paint } from '../terminal.ts';

const DENIALS_SHOWN = 5;

/** Shows what runs, where, and which parts are simulated. */
export const status: Command = {
  name: 'status',
  summary:
    'shows URLs, services with their tasks, the latest denials of this run, and what is simulated, accepted and refused',
  usage: 'mosaic status [--json] [--all] [--data DIR]',
  options: { ...dataOption, json: { type: 'boolean' }, all: { type: 'boolean' } },
  help: {
    json: "one JSON object; its 'version' says which shape",
    all: 'every accepted property, not only how many',
    ...dataHelp,
  },
  async run(call) {
    const now = await (await twinOf(call)).status();
    console.log(call.options.json ? JSON.stringify(now, null, 2) : statusText(now, call.options.all === true));
    return ExitCode.ok;
  },
};

function statusText(now: Status, all: boolean): string {
  const sections = [
    Object.entries(now.urls).map(([path, url]) => `${paint('bold', url)}  ${paint('dim', path)}`),
    now.services.flatMap(({ name, desired, tasks }) => [
      `${paint('bold', name)}  ${tasks.filter((task) => task.state === 'healthy').length} of ${desired} tasks healthy`,
      ...tasks.map(
        (task) =>
          `  ${task.id}  ${task.address}  pid ${task.pid ?? '-'}  ${task.state}  ${paint('dim', task.revision)}`,
      ),
    ]),
    now.denials.slice(-DENIALS_SHOWN).map(denialText),
    honestyLines(now.honesty, all),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function honestyLines(honesty: readonly Honesty[], all: boolean): string[] {
  const of = (verdict: Honesty['verdict']): Honesty[] => honesty.filter((each) => each.verdict === verdict);
  const line = ({ id, type, property, why, verdict }: Honesty): string =>
    `  ${verdict}  ${id} ${paint('dim', type)}${property === '*' ? '' : ` ${property}`}: ${why}`;
  const hint = all ? [] : [paint('dim', '  --all lists what is accepted but not simulated')];
  return [honestySummary(honesty), ...of('refused').map(line), ...(all ? of('accepted').map(line) : hint)];
}
