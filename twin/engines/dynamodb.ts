import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../../system/system.ts';
import type { Reaper } from '../reaper.ts';
import { createTables } from './dynamodb-tables.ts';
import { dynoxide } from './dynoxide.ts';
import { freePort } from './free-port.ts';
import { KeptProcess } from './kept-process.ts';

/** Where the engine keeps its data, and which engine it is. */
export interface DynamoDbEngineOptions {
  /** Folder for the tables. */
  readonly folder: string;
  /** Folder for an engine this machine has to install. */
  readonly engines: string;
  /** URL of the user's own DynamoDB (`AWS_ENDPOINT_URL_DYNAMODB`), used instead. */
  readonly endpoint?: string | undefined;
  /** Reports what takes a while, and what failed and is being repaired. */
  readonly progress?: ((text: string) => void) | undefined;
  /** Ends the engine if the twin is killed. */
  readonly reaper: Pick<Reaper, 'add' | 'remove'>;
}

/** A DynamoDB behind the front door. */
export interface DynamoDbEngine {
  readonly url: string;
  /** Undefined for the user's own. */
  readonly pid: number | undefined;
  createTables(system: System): Promise<void>;
  close(): Promise<void>;
}

/** Starts a DynamoDB that keeps its data in a folder, on its own loopback port. */
export async function startDynamoDb(props: DynamoDbEngineOptions): Promise<DynamoDbEngine> {
  if (props.endpoint !== undefined) {
    const url = new URL(props.endpoint).origin;
    return {
      url,
      pid: undefined,
      createTables: (system) => createTables(system, caller(url, system)),
      close: async () => {},
    };
  }
  const command = await dynoxide({ folder: props.engines, progress: props.progress });
  mkdirSync(props.folder, { recursive: true, mode: 0o700 });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const process = new KeptProcess({
    name: 'engine dynamodb',
    command,
    args: ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', join(props.folder, 'tables.db')],
    healthy: () => answers(url),
    reaper: props.reaper,
    onTrouble: props.progress,
  });
  await process.start();
  return {
    url,
    get pid() {
      return process.pid;
    },
    createTables: (system) => createTables(system, caller(url, system)),
    close: () => process.close(),
  };
}

/**
 * Headers of a call to an engine. Engines read the region and the key id, for which some keep separate tables; none
 * checks time or signature.
 */
export const engineHeaders = (operation: string, region: string): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': `DynamoDB_20120810.${operation}`,
  'x-amz-date': '20260101T000000Z',
  authorization: `AWS4-HMAC-SHA256 Credential=twin/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=none`,
});

async function answers(url: string): Promise<boolean> {
  try {
    return (await (await fetch(url)).text()).startsWith('healthy');
  } catch {
    return false;
  }
}

/** Calls the engine as the twin itself, past the front door. */
const caller =
  (url: string, { region }: System) =>
  async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const headers = engineHeaders(operation, region);
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) });
    const output = (await response.json()) as Record<string, unknown>;
    if (!response.ok)
      throw new Error(`engine dynamodb: ${operation} ${JSON.stringify(input)}: ${output.message ?? output.__type}`);
    return output;
  };
