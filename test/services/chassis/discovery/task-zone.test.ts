import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { taskZone } from '../../../../services/chassis/discovery/task-zone.ts';
import { until } from '../../../until.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A metadata endpoint; what it was asked, and when it has answered so often. */
async function metadata(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    answer(request, response);
  });
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { uri: `http://127.0.0.1:${port}/v4/abc`, asked };
}

describe('taskZone', () => {
  it('asks ECS once, when it is first wanted', async () => {
    const { uri, asked } = await metadata((_, response) => {
      response.end('{"Cluster":"shop","AvailabilityZone":"eu-west-1b"}');
    });
    const zone = taskZone(uri);
    expect(asked).toEqual([]);
    expect(zone()).toBeUndefined();
    await until(() => zone() !== undefined);
    expect(zone()).toBe('eu-west-1b');
    expect(asked).toEqual(['/v4/abc/task']);
  });

  it('asks again where that fails, but not for ever', async () => {
    const { uri, asked } = await metadata((_, response) => response.writeHead(500).end('{}'));
    const zone = taskZone(uri);
    await until(() => zone() === undefined && asked.length === 3);
    for (let turns = 0; turns < 50; turns++) {
      expect(zone()).toBeUndefined();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(asked).toHaveLength(3);
  });

  it('knows none outside ECS', () => {
    expect(taskZone(undefined)()).toBeUndefined();
  });
});
