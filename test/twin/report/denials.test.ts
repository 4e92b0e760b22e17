import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { Denial } from '../../../twin/report/denial.ts';
import { Denials } from '../../../twin/report/denials.ts';

const newFile = (): string => join(mkdtempSync(join(tmpdir(), 'denials-')), 'denials.jsonl');
const denial = (to: string): Denial => ({
  at: '2026-11-20T09:00:00.000Z',
  from: 'web',
  connection: 'connect',
  to,
  why: 'no rule',
  missing: 'a rule',
  fix: 'add it',
});
const targets = (denials: readonly Denial[]) => denials.map((each) => 'to' in each && each.to);

it('has the denials of its own run, and those of earlier runs only for who asks', () => {
  const file = newFile();
  new Denials(file).record(denial('first'));
  const next = new Denials(file);
  expect(next.latest()).toEqual([]);
  next.record(denial('second'));
  expect(targets(next.latest())).toEqual(['second']);
  expect(targets(next.latest({ earlier: true }))).toEqual(['first', 'second']);
  expect(targets(next.latest({ earlier: true, count: 1 }))).toEqual(['second']);
});

it('reads past a line that a crash cut short', () => {
  const file = newFile();
  writeFileSync(file, `${JSON.stringify(denial('whole'))}\n{"at":"2026`);
  expect(targets(new Denials(file).latest({ earlier: true }))).toEqual(['whole']);
});
