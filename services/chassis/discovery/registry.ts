import type { Instance } from './instance.ts';

/** Somebody who can be asked for the instances of one service, and may be away. */
export interface Registry {
  /** How errors and log lines call the service: `catalog in Cloud Map namespace shop`. */
  readonly name: string;
  /** Those that are registered now. */
  ask(): Promise<readonly Instance[]>;
}
