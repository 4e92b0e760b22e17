/** What a Node process is told so that it may write to some folders only, and to do all else a container may do. */
const PERMISSIONS = [
  '--allow-child-process',
  '--allow-worker',
  '--allow-addons',
  '--allow-wasi',
  '--allow-ffi',
  '--allow-fs-vfs',
  '--allow-inspector',
  '--allow-openssl-store',
  // From Node 25 on a process that lacks it cannot even listen.
  '--allow-net',
] as const;

/** Places every process may write to, which no file system holds. */
const DEVICES = ['/dev/null', '/dev/zero', '/dev/full', '/dev/tty', '/dev/stdout', '/dev/stderr', '/dev/fd'] as const;

/**
 * Arguments for `NODE_OPTIONS` under which only these folders can be written to; undefined where this Node has no
 * permission model. Which flags there are differs by version, 22 and 24 refuse some of 26: `known` says, and by
 * default speaks for the Node that runs the twin, which runs its tasks as well.
 */
export function permissionFlags(
  writable: readonly string[],
  known: { has(flag: string): boolean } = process.allowedNodeEnvironmentFlags,
): readonly string[] | undefined {
  const model = ['--permission', '--experimental-permission'].find((flag) => known.has(flag));
  if (!model) return undefined;
  return [
    model,
    '--allow-fs-read=*',
    ...[...DEVICES, ...writable].map((folder) => `--allow-fs-write=${folder}`),
    ...PERMISSIONS.filter((flag) => known.has(flag)),
    // The model warns of itself at each start.
    ...(known.has('--disable-warning')
      ? ['--disable-warning=SecurityWarning', '--disable-warning=ExperimentalWarning']
      : ['--no-warnings']),
  ];
}

/** One value for `NODE_OPTIONS`. */
export function joinNodeOptions(options: readonly string[]): string {
  return options.map((option) => (/[\s"\\]/.test(option) ? `"${option.replace(/["\\]/g, '\\$&')}"` : option)).join(' ');
}
