import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where this machine has a program: next to the Node that runs the twin, or on its `PATH`. */
export function machineProgram(name: string, path: string | undefined = process.env.PATH): string | undefined {
  const folders = [dirname(process.execPath), ...(path ?? '').split(delimiter)].filter((folder) =>
    folder.startsWith('/'),
  );
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** A `PATH` on which `node` is the Node that runs the twin, and npm and the system's tools are found. */
export function machinePath(first: readonly string[] = []): string {
  const npm = machineProgram('npm');
  const folders = [
    ...first,
    dirname(process.execPath),
    ...(npm ? [dirname(npm)] : []),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
  ];
  return [...new Set(folders)].join(delimiter);
}

/** Whether this machine can run a file. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
