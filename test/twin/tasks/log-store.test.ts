import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LogEntry, LogStore } from '../../../twin/tasks/log-store.ts';

let folder: string;
let now: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
  now = Date.UTC(2026, 0, 1);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (options = {}): LogStore => new LogStore({ folder, clock: () => now++, ...options });
const lines = (entries: readonly LogEntry[]): string[] => entries.map(({ line }) => line);

describe('LogStore', () => {
  it('gives the latest lines of one service, or of all in the order they were written', () => {
    const logs = open();
    const [one, two, other] = [logs.open('catalog', 'a'), logs.open('catalog', 'b'), logs.open('web', 'c')];
    for (const [log, line] of [
      [one, '1'],
      [other, '2'],
      [two, '3 with spaces'],
      [one, ''],
    ] as const)
      log.add(line);
    expect(lines(logs.tail(undefined, 10))).toEqual(['1', '2', '3 with spaces', '']);
    expect(lines(logs.tail(undefined, 2))).toEqual(['3 with spaces', '']);
    expect(logs.tail('catalog', 2)[0]).toEqual({
      at: '2026-01-01T00:00:00.002Z',
      service: 'catalog',
      task: 'b',
      line: '3 with spaces',
    });
    expect(logs.tail('none', 10)).toEqual([]);
    expect(logs.tail(undefined, 0)).toEqual([]);
    logs.close();
  });

  it('keeps lines after it is closed', () => {
    const logs = open();
    logs.open('catalog', 'a').add('kept');
    logs.close();
    expect(lines(open().tail('catalog', 10))).toEqual(['kept']);
  });

  it('tells lines on as they come, until told to stop', () => {
    const logs = open();
    const heard: LogEntry[] = [];
    const stop = logs.follow((entry) => heard.push(entry));
    const log = logs.open('catalog', 'a');
    log.add('heard');
    stop();
    log.add('not heard');
    expect(lines(heard)).toEqual(['heard']);
    logs.close();
  });

  it('takes no more room than it may, and keeps the newest', () => {
    const logs = open({ fileBytes: 1000, serviceBytes: 3000 });
    for (let task = 0; task < 10; task++) {
      const log = logs.open('catalog', `task${task}`);
      for (let line = 0; line < 100; line++) {
        log.add(`${task} ${line}`);
        logs.tail('catalog', 0);
      }
      log.close();
    }
    const files = readdirSync(join(folder, 'catalog'));
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, 'catalog', name)).size, 0);
    expect(bytes).toBeLessThan(4100);
    expect(files).toContain('task9.log');
    expect(lines(logs.tail('catalog', 1))).toEqual(['9 99']);
  });
});
