import { resolve } from 'node:path';
import { controlClient } from '../twin/control/control-client.ts';
import type { Controlled } from '../twin/control/controlled.ts';
import { findRunningTwin } from '../twin/control/running-twin.ts';
import { type Call, NoTwinError } from './command.ts';
import { stateFolder } from './state-folder.ts';

/** The option every command has: which twin is meant. */
export const dataOption = { data: { type: 'string' } } as const;
export const dataHelp = {
  data: "folder that holds the twin's data (default: one per project, in ~/.local/state/mosaic)",
};

/** Absolute path of the data folder a call means. */
export const dataFolderOf = ({ options }: Call): string =>
  options.data === undefined ? stateFolder(process.cwd()) : resolve(options.data as string);

/** The running twin a call means. */
export async function twinOf(call: Call): Promise<Controlled> {
  const folder = dataFolderOf(call);
  const twin = await findRunningTwin(folder);
  if (!twin)
    throw new NoTwinError(`no twin runs on ${folder}; start one with 'mosaic up', or name its folder with --data`);
  return controlClient(twin.socket);
}
