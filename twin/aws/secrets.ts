import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Resource } from '../../system/resource.ts';
import { arn } from '../../system/resources/arn.ts';
import { type Secret, secret } from '../../system/resources/secret.ts';
import type { System } from '../../system/system.ts';
import { generatedSecret } from './generated-secret.ts';

/** A secret with its value. */
export interface StoredSecret {
  readonly name: string;
  readonly arn: string;
  readonly value: string;
  readonly version: string;
  /** In seconds since 1970. */
  readonly created: number;
}

/** What is kept of a secret; a new origin (the template's words) means a new value. */
interface Kept {
  readonly origin: string;
  readonly value: string;
  readonly version: string;
  readonly created: number;
}

/** The secrets of the templates. Values are generated once and kept in a file only its owner can read. */
export class Secrets {
  readonly #byArn: ReadonlyMap<string, StoredSecret>;
  readonly #prefix: string;

  constructor(system: System, file: string) {
    this.#prefix = arn(system, 'secretsmanager', 'secret:');
    const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Kept>) : {};
    const resources = system.of(secret);
    const now = Object.fromEntries(resources.map((each) => [each.id, kept(each, before[each.id])]));
    if (resources.length > 0) write(file, { ...before, ...now });
    this.#byArn = new Map(resources.map(({ id, ref }) => [ref, { name: nameIn(ref), arn: ref, ...now[id]! }] as const));
  }

  /** ARN of a secret by name, ARN or ARN without its random ending, even if it does not exist. */
  arn(id: string): string {
    return this.get(id)?.arn ?? (id.startsWith('arn:') ? id : `${this.#prefix}${id}`);
  }

  /** A secret by name, ARN or ARN without its random ending. */
  get(id: string): StoredSecret | undefined {
    const exact = this.#byArn.get(id);
    if (exact) return exact;
    const name = id.startsWith(this.#prefix) ? id.slice(this.#prefix.length) : id;
    return [...this.#byArn.values()].find((each) => each.name === name);
  }
}

function kept({ data }: Resource<Secret>, before: Kept | undefined): Kept {
  const origin = createHash('sha256')
    .update(JSON.stringify([data.value, data.generate]))
    .digest('hex');
  if (before?.origin === origin) return before;
  // With neither property CloudFormation creates a secret without a value; the CDK always sets one.
  const value = data.value ?? (data.generate ? generatedSecret(data.generate) : '');
  return { origin, value, version: randomUUID(), created: Math.floor(Date.now() / 1000) };
}

/** Writes a new file and renames it, so that a crash leaves the old values, not half of the new ones. */
function write(file: string, all: Readonly<Record<string, Kept>>): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(all, undefined, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const nameIn = (arn: string): string =>
  arn
    .split(':')
    .slice(6)
    .join(':')
    .replace(/-[^-]{6}$/, '');
