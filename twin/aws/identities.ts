import { randomBytes } from 'node:crypto';
import { lastPart } from '../../system/resources/arn.ts';

/** Someone who may sign requests. */
export type Principal = TaskPrincipal | Operator;

/** A task, with what its role allows. */
export interface TaskPrincipal {
  /** Its name in reports: `catalog`. */
  readonly name: string;
  /** Construct path, for the words of a fix. */
  readonly path: string;
  readonly roleArn: string;
  /** Id of the task, which is the session name of the role. */
  readonly task: string;
}

/** The person at this machine and their tools, who may do anything. */
export interface Operator {
  readonly name: string;
  readonly operator: true;
}

/** A key pair as AWS hands it to a task. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** In milliseconds since 1970. */
  readonly issued: number;
  readonly expires: number;
}

/** Credentials and whose they are. */
export interface Identity {
  readonly principal: Principal;
  readonly credentials: Credentials;
}

const HOUR = 3_600_000;

/** The same as for a task in ECS. */
const LIFE = 6 * HOUR;

/** Clients ask again shortly before the end, and must then get new ones. */
const RENEW_BEFORE_END = HOUR / 2;

/** Everyone who may sign requests on this twin. Keys stay in memory and are new at each start. */
export class Identities {
  readonly #byKey = new Map<string, Identity>();
  readonly #clock: () => number;

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  /** New credentials for a principal; its earlier ones stay valid until they expire. */
  issue(principal: Principal): Credentials {
    const issued = this.#clock();
    const credentials: Credentials = {
      accessKeyId: `ASIA${base32(16)}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(48).toString('base64'),
      issued,
      expires: issued + LIFE,
    };
    this.#byKey.set(credentials.accessKeyId, { principal, credentials });
    return credentials;
  }

  /** The given credentials, or new ones if these expire soon. */
  renew(principal: Principal, credentials: Credentials): Credentials {
    return credentials.expires - this.#clock() > RENEW_BEFORE_END ? credentials : this.issue(principal);
  }

  /** Whose access key this is; expired keys stay known, so that they get the right error. */
  of(accessKeyId: string): Identity | undefined {
    return this.#byKey.get(accessKeyId);
  }

  /** Forgets all credentials of a task. */
  revoke(task: string): void {
    for (const [key, { principal }] of this.#byKey) {
      if (!('operator' in principal) && principal.task === task) this.#byKey.delete(key);
    }
  }
}

/** Who a principal is to AWS: `arn:aws:sts::…:assumed-role/Role/task`. */
export function arnOf(principal: Principal, account: string): string {
  if ('operator' in principal) return `arn:aws:iam::${account}:user/${principal.name}`;
  const [, partition, , , owner] = principal.roleArn.split(':');
  return `arn:${partition}:sts::${owner}:assumed-role/${lastPart(principal.roleArn)}/${principal.task}`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = (length: number): string => Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join('');
