/** What the permission model forbids and a container allows. */
const PERMISSIONS = [
  '--allow-child-process',
  '--allow-worker',
  '--allow-addons',
  '--allow-wasi',
  '--allow-ffi',
  '--allow-fs-vfs',
  '--allow-inspector',
  '--allow-openssl-store',
  // From Node 25 on a process cannot even listen without it.
  '--allow-net',
] as const;

/** Devices that every process may write to. */
const DEVICES = ['/dev/null', '/dev/zero', '/dev/full', '/dev/tty', '/dev/stdout', '/dev/stderr', '/dev/fd'] as const;

/**
 * Arguments for `NODE_OPTIONS` under which only these folders are writable; undefined if Node has no permission model.
 * Node 22 and 24 refuse some flags of 26, so `known` says which ones exist: by default those of the Node that runs the
 * twin, which runs its tasks as well.
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
    // The permission model prints a warning at each start.
    ...(known.has('--disable-warning')
      ? ['--disable-warning=SecurityWarning', '--disable-warning=ExperimentalWarning']
      : ['--no-warnings']),
  ];
}

/** One value for `NODE_OPTIONS`. */
export function joinNodeOptions(options: readonly string[]): string {
  return options.map((option) => (/[\s"\\]/.test(option) ? `"${option.replace(/["\\]/g, '\\$&')}"` : option)).join(' ');
}
