import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { stateFolder } from '../../bin/state-folder.ts';

it('is one per project, outside of it, in XDG_STATE_HOME', () => {
  const env = { XDG_STATE_HOME: '/state' };
  expect(stateFolder('/home/me/shop', env)).toMatch(/^\/state\/mosaic\/shop-[0-9a-f]{8}$/);
  expect(stateFolder('/home/me/shop', env)).toBe(stateFolder('/home/me/shop', env));
  expect(stateFolder('/home/me/shop', env)).not.toBe(stateFolder('/other/shop', env));
});

it('is in the home folder if XDG_STATE_HOME is missing or not absolute', () => {
  const home = join(homedir(), '.local', 'state', 'mosaic');
  for (const env of [{}, { XDG_STATE_HOME: '' }, { XDG_STATE_HOME: 'state' }])
    expect(stateFolder('/home/me/shop', env).startsWith(`${home}/shop-`)).toBe(true);
});
