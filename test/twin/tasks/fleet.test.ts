import { existsSync, mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { ImageStore } from '../../../twin/images/image-store.ts';
import { Reaper } from '../../../twin/reaper.ts';
import { Fleet } from '../../../twin/tasks/fleet.ts';
import type { TaskHost } from '../../../twin/tasks/running-task.ts';
import { until } from '../../until.ts';

it('removes images nobody used for long, once all services are up', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'images-'));
  const layer = (name: string, daysAgo: number): string => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'state.json'), '{}');
    const used = Date.now() / 1000 - daysAgo * 86_400;
    utimesSync(join(folder, name, 'state.json'), used, used);
    return join(folder, name);
  };
  const old = layer('a-old', 15);
  const used = layer('b-used', 13);
  const last = layer('c-old', 15);
  const reaper = new Reaper();
  const images = new ImageStore({ folder, reaper });
  // Without services nothing is asked of the host.
  const fleet = new Fleet({
    services: [],
    images,
    host: {} as TaskHost,
    progress: () => {},
    patienceSeconds: undefined,
  });
  await fleet.start();
  await until(() => !existsSync(old) && !existsSync(last));
  expect(existsSync(used)).toBe(true);
  await reaper.close();
});
