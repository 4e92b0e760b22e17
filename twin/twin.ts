import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly } from '../assembly/read-assembly.ts';
import { readSystem } from '../system/read-system.ts';
import type { Service } from '../system/service.ts';
import { servicesOf } from '../system/services-of.ts';
import { Closing } from './closing.ts';
import type { Progress } from './report/progress.ts';

export interface TwinOptions {
  /** The cloud assembly to rehearse: a `cdk.out`. */
  readonly assembly: string;
  /** Folder for all the twin keeps: data, logs, prepared images. */
  readonly data: string;
  /** Where the first URL answers; 0 takes any free port. */
  readonly port: number;
  /** Begin without the data of earlier runs. @default false */
  readonly fresh?: boolean;
  /** Which stage of the assembly. @default the only one */
  readonly stage?: string | undefined;
  /** Run only the services of these stacks. @default all */
  readonly stacks?: readonly string[] | undefined;
  readonly progress?: Progress;
  /** Aborting ends the start and everything it started. */
  readonly signal?: AbortSignal;
}
