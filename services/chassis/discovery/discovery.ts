import type { Instance } from '../balance/instance.ts';

/** Knows the instances of one service. */
export interface Discovery {
  /** Those known now, the last known ones while the registry is away; waits only where none was ever known. */
  instances(): readonly Instance[] | Promise<readonly Instance[]>;
  close(): void;
}
