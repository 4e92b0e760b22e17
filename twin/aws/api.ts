import type { ServerResponse } from 'node:http';
import type { RequestContext } from '../../system/iam/context.ts';
import type { Policy } from '../../system/iam/policy.ts';
import type { Principal } from './identities.ts';
import type { Input, Protocol } from './protocol.ts';

/** One API of AWS as far as the twin has it. */
export interface AwsApi {
  /** Name it is signed for and its actions begin with: `dynamodb`. */
  readonly service: string;
  readonly protocol: Protocol;
  /** May be signed for any region. */
  readonly global?: boolean;
  /** By name; undefined for what the twin does not simulate. */
  operation(name: string): Operation | undefined;
}

export interface Operation {
  /** Everything IAM must allow before it happens. */
  accesses(call: Call): readonly CallAccess[];
  /** Does it. */
  perform(call: Call): Answer | Promise<Answer>;
}

/** A verified call. */
export interface Call {
  readonly principal: Principal;
  readonly region: string;
  readonly operation: string;
  readonly input: Input;
  /** The request's body as it came. */
  readonly body: Buffer;
}

export interface CallAccess {
  readonly action: string;
  readonly resource: string;
  /** Construct path of what is asked for, where the resource does not say. */
  readonly subject?: string | undefined;
  /** What this API adds to what conditions may ask. */
  readonly context?: RequestContext;
  /** The policy on the resource itself. */
  readonly policy?: Policy;
}

/** The operation's output, or a function that writes the whole response. */
export type Answer = object | Passage;
export type Passage = (response: ServerResponse) => Promise<void>;
