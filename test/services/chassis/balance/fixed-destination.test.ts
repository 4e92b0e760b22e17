import { afterEach, describe, expect, it } from '@jest/globals';
import type { ConnectionProps } from '../../../../services/chassis/balance/connection-pool.ts';
import { fixedDestination } from '../../../../services/chassis/balance/fixed-destination.ts';
import { until } from '../../../until.ts';
import { testRuntime } from '../test-runtime.ts';
import { ample, LocalInstance, send } from './local-service.ts';

const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function open(props: ConnectionProps = {}, path = '') {
  const local = await new LocalInstance().listen();
  const baseUrl = `${local.instance.origin}${path}`;
  const destination = fixedDestination({ service: 'catalog', baseUrl, ...props }, testRuntime());
  opened.push(async () => {
    await destination.close();
    await local.kill();
  });
  return { local, destination };
}

describe('fixedDestination', () => {
  it('sends everything to one address, over few connections, and leaves connects to the proxy', async () => {
    const { local, destination } = await open({ connections: 2 }, '/catalog/');
    const paths: (string | undefined)[] = [];
    local.answer = (request, response) => {
      paths.push(request.url);
      response.end('ok');
    };
    await Promise.all(Array.from({ length: 10 }, () => send(destination)));
    expect(paths).toEqual(Array.from({ length: 10 }, () => '/catalog/'));
    expect(local.connections).toBe(2);
    expect(destination.connectRetriedBy).toBe('proxy');
    expect(destination.lease(ample())).toMatchObject({ origin: local.instance.origin, pathPrefix: '/catalog' });
  });

  it('closes a connection that was not used for so long, and not before', async () => {
    const [kept, left] = [await open(), await open({ keepAliveMs: 20 })];
    await send(kept.destination);
    await send(left.destination);
    await until(() => left.local.left === 1);
    expect(kept.local.left).toBe(0);
  });

  it('leaves before a server that says how long it keeps a connection closes it', async () => {
    const { local, destination } = await open();
    local.keepsFor(1_000);
    await send(destination);
    await until(() => local.left === 1);
  });
});
