import type { ServerResponse } from 'node:http';
import type { RequestContext } from '../../system/iam/request-context.ts';
import type { Principal } from './identities.ts';
import type { Input, Protocol } from './protocol.ts';

/** The part of one AWS API that the twin has. */
export interface AwsApi {
  /** The name in its signatures and before its actions: `dynamodb`. */
  readonly service: string;
  readonly protocol: Protocol;
  /** May be signed for any region. */
  readonly global?: boolean;
  /** By name; undefined for what the twin does not simulate. */
  operation(name: string): Operation | undefined;
}

/** One operation of an API. */
export interface Operation {
  /** Everything IAM must allow before the operation is performed. */
  accesses(call: Call): readonly CallAccess[];
  /** Performs the operation. */
  perform(call: Call): Answer | Promise<Answer>;
}

/** A verified call. */
export interface Call {
  readonly principal: Principal;
  readonly region: string;
  readonly operation: string;
  readonly input: Input;
  /** The request's raw body. */
  readonly body: Buffer;
}

/** An access that IAM must allow. */
export interface CallAccess {
  readonly action: string;
  readonly resource: string;
  /** Construct path of what is asked for, if the resource does not say. */
  readonly subject?: string | undefined;
  /** Condition keys of this API. */
  readonly context?: RequestContext;
}

/** The operation's output, or a function that writes the whole response. */
export type Answer = object | Passage;
/** Writes the whole response itself. */
export type Passage = (response: ServerResponse) => Promise<void>;
