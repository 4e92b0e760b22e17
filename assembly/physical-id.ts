import { createHash } from 'node:crypto';
import type { Stack } from './assembly.ts';

/** Where a resource stands; physical ids are a pure function of it. */
export interface Place {
  readonly stack: string;
  readonly logicalId: string;
  readonly account: string;
  readonly region: string;
  /** `stack-logicalId`, cut and hashed to at most 60 characters: the physical name unless the template sets one. */
  readonly name: string;
  /** Short stable hexadecimal hash of stack and logical id, for ids such as `sg-…`. */
  readonly hash: string;
}

const LONGEST_NAME = 60;

/** The place of a resource: the same in every run, so that values meet across stacks without state. */
export const placeOf = (stack: Pick<Stack, 'name' | 'account' | 'region'>, logicalId: string): Place => {
  const hash = createHash('sha256').update(`${stack.name}/${logicalId}`).digest('hex').slice(0, 17);
  const full = `${stack.name}-${logicalId}`.replaceAll('/', '-');
  const name = full.length <= LONGEST_NAME ? full : `${full.slice(0, LONGEST_NAME - 9)}-${hash.slice(0, 8)}`;
  return { stack: stack.name, logicalId, account: stack.account, region: stack.region, name, hash };
};
