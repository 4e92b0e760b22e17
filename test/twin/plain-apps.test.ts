import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/twin.ts';
import { rehearse, synthesized } from '../rehearsal.ts';
import { until } from '../until.ts';

const apps = join(import.meta.dirname, '..', 'apps');
let twin: Twin | undefined;
afterEach(() => twin?.down());

const urlOf = (running: Twin): string => Object.values(running.status().urls)[0]!;

describe('an app in which no Mosaic construct occurs', () => {
  it('runs: a balanced Fargate service of aws-ecs-patterns, from a Dockerfile with npm ci', async () => {
    twin = await rehearse(await synthesized(join(apps, 'patterns')));
    const answer = await fetch(`${urlOf(twin)}/some/path`);
    expect(await answer.json()).toEqual({ said: 'hello world', minute: 60_000, path: '/some/path' });
    expect(twin.status().services).toMatchObject([{ desired: 2, tasks: [{ state: 'healthy' }, { state: 'healthy' }] }]);
  }, 120_000);

  it('runs: two plain services that find each other by Cloud Map DNS, one with a table', async () => {
    twin = await rehearse(await synthesized(join(apps, 'plain')));
    const url = urlOf(twin);
    expect((await fetch(`${url}/note-1`)).status).toBe(404);
    expect((await fetch(`${url}/note-1`, { method: 'PUT' })).status).toBe(204);
    expect(await (await fetch(`${url}/note-1`)).json()).toMatchObject({ id: { S: 'note-1' } });
    expect(twin.status().denials).toEqual([]);
  }, 120_000);

  it('is told, in its own words, which rule is missing', async () => {
    twin = await rehearse(await synthesized(join(apps, 'plain'), { WITHOUT_RULE: '1' }));
    const answer = await fetch(`${urlOf(twin)}/note-1`);
    expect([answer.status, await answer.text()]).toEqual([502, 'ETIMEDOUT']);
    const denials = await until(
      () => twin!.status().denials,
      (all) => all.length > 0,
    );
    expect(denials[0]).toMatchObject({ from: 'front', to: expect.stringContaining('store') });
    expect(denials[0]!.fix).toMatch(/connections\.allowFrom\(.*Port\.tcp\(3000\)\)/);
  }, 120_000);
});
