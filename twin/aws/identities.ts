import { randomBytes } from 'node:crypto';

/** Someone who may sign requests. */
export type Principal = TaskPrincipal | Operator;

/** A task, with what its role allows. */
export interface TaskPrincipal {
  /** What reports call it: `catalog`. */
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

/** As long as those of a task in ECS. */
const LIFE = 6 * HOUR;

/** Clients ask again shortly before the end; by then they must get others. */
const RENEW_BEFORE_END = HOUR / 2;

/** Everyone who may sign requests on this twin. Keys live in memory alone and are new with each start. */
export class Identities {
  readonly #byKey = new Map<string, Identity>();
  readonly #clock: () => number;

  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
  }

  /** New credentials for a principal; those it already has stay good until they expire. */
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

  /** Credentials that will do for a while: the given ones, or new ones where these end soon. */
  renew(principal: Principal, credentials: Credentials): Credentials {
    return credentials.expires - this.#clock() > RENEW_BEFORE_END ? credentials : this.issue(principal);
  }

  /** Whose access key this is; expired ones are still known, for the error they deserve. */
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
  const role = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1);
  return `arn:${partition}:sts::${owner}:assumed-role/${role}/${principal.task}`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const base32 = (length: number): string => Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join('');
