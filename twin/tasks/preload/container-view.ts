/** What the preload knows of a container's file system; in the file that {@link CONTAINER_VIEW_FILE} names. */
export interface ContainerView {
  /** Folder that holds the container's files. */
  readonly root: string;
  /** Folder that holds the files of all containers and images; its path has no links. */
  readonly data: string;
  /** Folders that are the container's own: what is not in them does not exist, whatever this machine has there. */
  readonly places: readonly string[];
  /** Folders of this machine whose paths are not replaced: the twin's data, Node itself. */
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
  /** A path with its links resolved, the last one only if the call follows it. */
  physical(path: string, follows: boolean): string;
  /** The error code for writing at a physical path, or undefined if it is allowed. */
  ban(path: string): string | undefined;
  /** Whether two paths are on different file systems, as a volume is. */
  areApart(one: string, other: string): boolean;
  /** Whether writing is forbidden anywhere. */
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

/** A file-system call that must fail. */
export interface BannedCall {
  /** `mkdir`, for any of its forms. */
  readonly name: string;
  readonly sync: boolean;
  readonly args: readonly unknown[];
  readonly use: Use;
  /** The path it is about. */
  readonly path: string;
  /** What Linux answers if nothing else is wrong: `EROFS` or `EACCES`. */
  readonly banned: string;
}

/** What to do instead: fail, report success, or (undefined) let the call through. */
export type Answer = { readonly code: string; readonly syscall?: string } | 'done' | undefined;

/** What `linux-answer.cts` gives to the other parts. */
export interface LinuxAnswer {
  answer(call: BannedCall): Answer;
  failure(code: string, syscall: string, path?: string, dest?: string): NodeJS.ErrnoException;
  /** The code with which looking at a path fails, if it does. */
  missing(path: string): string | undefined;
  /** The same for the path's parent folder. */
  parentless(path: string): string | undefined;
  /** Whether these flags of `open`, as letters or a number, allow writing. */
  opensToWrite(flags: unknown): boolean;
}

/** What `descriptors.cts` gives to the other parts. */
export interface Descriptors {
  /** Remembers the path of an open file. */
  keep(opened: number | import('node:fs/promises').FileHandle, path: string): void;
  /** Makes a symbolic link. */
  link(target: string, path: string): void;
  install(): void;
}
