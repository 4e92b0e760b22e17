import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';

/** Leaves the loopback only 127.0.0.1, then executes the command. */
const ONE_ADDRESS = [
  'ip link set lo up',
  'ip addr del 127.0.0.1/8 dev lo',
  'ip addr add 127.0.0.1/32 dev lo',
  'exec "$@"',
].join(' && ');

/** Root needs only a network namespace; other users need a user namespace around it. */
const prefix = [
  ['unshare', '--net'],
  ['unshare', '--map-root-user', '--net'],
]
  .map((unshare) => [...unshare, 'sh', '-c', ONE_ADDRESS, 'sh'])
  .find(([command, ...args]) => spawnSync(command!, [...args, 'true']).status === 0);

/** Why no loopback with a single address can be made here; undefined if it can. */
export const whyNoOneAddress: string | undefined = prefix
  ? undefined
  : 'no network namespace whose loopback is 127.0.0.1/32 alone can be made here (that takes Linux, unshare and ip)';

/** Starts a command in a network namespace whose loopback has only 127.0.0.1, as on a Mac. */
export function spawnOnOneAddress(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  if (!prefix) throw new Error(whyNoOneAddress);
  const [unshare, ...rest] = prefix;
  return spawn(unshare!, [...rest, command, ...args], options);
}
