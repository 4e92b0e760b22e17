/** What the preload knows of a container's file system; in the file that {@link CONTAINER_VIEW_FILE} names. */
export interface ContainerView {
  /** Folder that holds the container's files. */
  readonly root: string;
  /** Folder that holds all files of all containers and images, without links on the way to it. */
  readonly data: string;
  /** Paths of the container that are its own: what is not in them is nowhere, whatever this machine has there. */
  readonly places: readonly string[];
  /** Folders of this machine whose paths mean what they say: the twin's data, Node itself. */
  readonly known: readonly string[];
  /** Folders, below `root`, where volumes are mounted. */
  readonly volumes: readonly { readonly folder: string; readonly writable: boolean }[];
  /** Whether all but the volumes is read-only. */
  readonly readonlyRoot: boolean;
}

/** Variable that names the file. */
export const CONTAINER_VIEW_FILE = 'MOSAIC_TWIN_FILES';

/** What `container-paths.cts` gives to the other parts of the preload. */
export interface ContainerPaths {
  /** Where a path of the container is on this machine. */
  locate(path: string, writes?: boolean): string;
  /** A path with the links on its way resolved, the last one only where the call follows it. */
  physical(path: string, follows: boolean): string;
  /** Why nothing may be written at a physical path, or undefined. */
  ban(path: string): string | undefined;
  /** Whether two paths are on different file systems, as a volume is. */
  areApart(one: string, other: string): boolean;
  /** Whether there is anything at a path, be it a link that leads nowhere. */
  isThere(path: string): boolean;
  /** Whether anything may not be written to at all. */
  readonly bans: boolean;
}

/** What a call does to one of its paths. */
export type Use =
  | 'read'
  | 'probe'
  | 'open'
  | 'write'
  | 'copy'
  | 'copyTree'
  | 'make'
  | 'makeFolder'
  | 'makeTemporary'
  | 'change'
  | 'changeLink'
  | 'empty'
  | 'remove'
  | 'removeTree';

/** A call of the file system that may not go through. */
export interface BannedCall {
  /** `mkdir`, in whichever form. */
  readonly name: string;
  readonly sync: boolean;
  readonly args: readonly unknown[];
  readonly use: Use;
  /** The path it is about. */
  readonly path: string;
  /** What Linux says where nothing else is wrong: `EROFS`, or `EACCES`. */
  readonly banned: string;
}

/** What to do instead: fail, be done, or (undefined) let it through. */
export type Answer = { readonly code: string; readonly syscall?: string } | 'done' | undefined;

/** What `linux-answer.cts` gives to the other parts. */
export interface LinuxAnswer {
  answer(call: BannedCall): Answer;
  failure(code: string, syscall: string, path?: string, dest?: string): NodeJS.ErrnoException;
  /** The code by which looking at a path fails, if it does. */
  missing(path: string): string | undefined;
  /** The same for the folder something is in. */
  parentless(path: string): string | undefined;
  /** Whether these flags of `open`, as letters or a number, are for more than reading. */
  opensToWrite(flags: unknown): boolean;
}

/** What `descriptors.cts` gives to the other parts. */
export interface Descriptors {
  /** Remembers the path an open file has. */
  keep(opened: number | import('node:fs/promises').FileHandle, path: string): void;
  /** Makes a symbolic link. */
  link(target: string, path: string): void;
  install(): void;
}
