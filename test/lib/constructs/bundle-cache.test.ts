import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BundleCache } from '../../../lib/constructs/bundle-cache.ts';
import { temporaryFolder } from '../../rehearsal.ts';

let folder: string;
let input: string;
const make = jest.fn(() => ({ inputs: [input], files: new Map([['main.js', Buffer.from('made')]]) }));
const ask = (key = 'orders'): string => {
  const cache = new BundleCache(join(folder, 'cache'), [join(folder, 'installed')]);
  return Buffer.from(cache.files(key, make).get('main.js')!).toString();
};

beforeEach(() => {
  folder = temporaryFolder();
  input = join(folder, 'main.ts');
  writeFileSync(input, 'const a = 1;');
  make.mockClear();
});

describe('BundleCache', () => {
  it('makes a bundle once as long as nothing changes', () => {
    expect([ask(), ask(), ask()]).toEqual(['made', 'made', 'made']);
    expect(make).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['an input changes', () => appendFileSync(input, ' ')],
    ['an input goes', () => rmSync(input)],
    ['something is installed', () => writeFileSync(join(folder, 'installed'), 'x')],
    ['what was kept is cut short', () => rmSync(join(folder, 'cache'), { recursive: true })],
  ])('makes it anew when %s', (_, change) => {
    ask();
    change();
    ask();
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('keeps bundles apart', () => {
    ask('orders');
    ask('payments');
    expect(make).toHaveBeenCalledTimes(2);
  });

  it('bundles each time where nothing can be written', () => {
    writeFileSync(join(folder, 'cache'), 'a file where the folder should be');
    expect([ask(), ask()]).toEqual(['made', 'made']);
  });
});
