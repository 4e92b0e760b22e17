import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/twin.ts';
import { rehearse, synthesized } from '../rehearsal.ts';
import { until } from '../until.ts';

const example = join(import.meta.dirname, '..', '..', 'examples', 'discovery');

/** A client asks the registry again every 15 seconds, give or take a fifth. */
const REFRESHED_MS = 30_000;

const offer = async (twin: Twin, sku = 'chair') => {
  const response = await fetch(`${Object.values(twin.status().urls)[0]}/offers/${sku}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe('the example discovery', () => {
  let twin: Twin;
  beforeAll(async () => {
    twin = await rehearse(await synthesized(example));
  });
  afterAll(() => twin?.down());

  /** Asks, and fails no request, until as many tasks of the stock have answered. */
  const asked = (tasks: Set<unknown>, count: number) =>
    until(
      async () => {
        const { status, body } = await offer(twin);
        expect([status, body]).toEqual([200, { sku: 'chair', available: true, countedBy: expect.any(String) }]);
        return tasks.add(body.countedBy).size;
      },
      (size) => size === count,
      REFRESHED_MS,
    );

  it('balances over the tasks Cloud Map names', async () => {
    await asked(new Set(), 2);
    expect((await offer(twin, 'sofa')).status).toBe(404);
    expect(twin.status().denials).toEqual([]);
    expect(twin.status().honesty.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
  });

  it('finds the task that takes the place of a killed one, and fails no request meanwhile', async () => {
    const tasks = new Set<unknown>();
    await asked(tasks, 2);
    const [killed] = twin.status().services.find(({ name }) => name === 'stock')!.tasks;
    process.kill(killed!.pid!, 'SIGKILL');
    await asked(tasks, 3);
  });
});

describe('without the permission', () => {
  let twin: Twin;
  beforeAll(async () => {
    const assembly = await synthesized(example);
    forbidDiscovery(assembly);
    twin = await rehearse(assembly);
  });
  afterAll(() => twin?.down());

  it('is denied, and told the line that grants it', async () => {
    const { status } = await offer(twin);
    expect(status).toBeGreaterThanOrEqual(500);
    expect(twin.status().denials[0]).toMatchObject({
      from: 'storefront',
      action: 'servicediscovery:DiscoverInstances',
      resource: '*',
      fix: 'on Discovery/Storefront: bind(Binding.call(stock)); in another stack, found by Microservice.fromContract with discovery: Discovery.cloudMap()',
    });
  });
});

interface PolicyTemplate {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: { PolicyDocument?: { Statement: object[] } } }>
  >;
}

/** Has the templates allow another action instead, as someone who wrote them by hand might get it wrong. */
function forbidDiscovery(assembly: string): void {
  for (const name of readdirSync(assembly).filter((file) => file.endsWith('.template.json'))) {
    const file = join(assembly, name);
    const template = JSON.parse(readFileSync(file, 'utf8')) as PolicyTemplate;
    for (const { Properties } of Object.values(template.Resources)) {
      for (const statement of Properties?.PolicyDocument?.Statement ?? []) {
        if (JSON.stringify(statement).includes('servicediscovery:')) {
          Object.assign(statement, { Action: 'servicediscovery:GetInstance' });
        }
      }
    }
    writeFileSync(file, JSON.stringify(template));
  }
}
