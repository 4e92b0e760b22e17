import { describe, expect, it } from '@jest/globals';
import { gate } from '../example-service.ts';
import { ManualClock } from '../manual-clock.ts';
import { RawConnection, startExample } from '../running-service.ts';
import { testRuntime } from '../test-runtime.ts';

const thing = { id: 1, big: false, tags: [] };
const GET = 'GET /things/1 HTTP/1.1\r\nhost: x\r\n\r\n';
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Resolves once nobody can come in any more. */
async function refused(port: number): Promise<void> {
  const open = (): Promise<boolean> =>
    new RawConnection(port).opened().then(
      () => true,
      () => false,
    );
  while (await open());
}

/** The example with one request in flight, on a clock that stands still: 20 s to drain, 5 s of them to finish. */
async function withWorkInFlight(times = {}) {
  const clock = new ManualClock();
  const work = gate(thing);
  const example = await startExample({ getThing: work.operation }, { runtime: testRuntime(clock), ...times });
  const connection = new RawConnection(example.port);
  connection.write(GET);
  await work.entered;
  return { ...example, clock, work, connection };
}

describe('drain', () => {
  it('finishes what is in flight, asks callers not to come back, then closes the port', async () => {
    const { service, port, clock, work, connection } = await withWorkInFlight();
    const drained = service.drain();
    work.open();
    expect(await connection.receives(/"id":1/)).toMatch(/connection: close/i);
    await connection.closed;

    clock.advance(5_000);
    expect(await drained).toBe(0);
    await expect(new RawConnection(port).opened()).rejects.toThrow('ECONNREFUSED');
  });

  it('goes on serving callers that have not heard yet, until nobody has called for a while', async () => {
    const { service, port, baseUrl, clock, work } = await withWorkInFlight();
    work.open();
    const drained = service.drain();
    for (let second = 0; second < 12; second += 4) {
      clock.advance(4_000);
      await turn();
      const answer = await fetch(`${baseUrl}/things/1`);
      expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    }
    clock.advance(5_000);
    expect(await drained).toBe(0);
    await expect(new RawConnection(port).opened()).rejects.toThrow('ECONNREFUSED');
  });

  it('closes the port in time to finish, however often it is called', async () => {
    const { service, port, baseUrl, clock, work } = await withWorkInFlight();
    work.open();
    const drained = service.drain();
    for (let second = 0; second < 15; second += 3) {
      expect((await fetch(`${baseUrl}/things/1`)).status).toBe(200);
      clock.advance(3_000);
      await turn();
    }
    expect(await drained).toBe(0);
    await expect(new RawConnection(port).opened()).rejects.toThrow('ECONNREFUSED');
  });

  it('is not kept by health checks, nor by a connection nobody uses', async () => {
    const { service, port, baseUrl, clock, work } = await withWorkInFlight();
    const unused = new RawConnection(port);
    await unused.opened();
    work.open();
    const drained = service.drain();
    clock.advance(4_000);
    expect((await fetch(`${baseUrl}/ready`)).status).toBe(503);
    expect((await fetch(`${baseUrl}/health`)).status).toBe(200);
    clock.advance(1_000);
    expect(await drained).toBe(0);
    await unused.closed;
  });

  it('answers who came in just before the port closed and had not asked yet', async () => {
    const { service, port, clock, work } = await withWorkInFlight();
    work.open();
    const drained = service.drain();
    clock.advance(4_900);
    const late = new RawConnection(port);
    await late.opened();
    await turn();
    clock.advance(100);
    await refused(port);
    late.write(GET);
    expect(await late.receives(/"id":1/)).toMatch(/connection: close/i);
    clock.advance(1_000);
    expect(await drained).toBe(0);
  });

  it('gives up what does not finish within the clock, and says how much', async () => {
    const { service, clock, connection } = await withWorkInFlight({ drainMs: 3_000 });
    const drained = service.drain();
    clock.advance(3_000);
    expect(await drained).toBe(1);
    await connection.closed;
    expect(connection.received).toBe('');
  });
});
