import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { joinNodeOptions, permissionFlags } from '../../../twin/tasks/node-flags.ts';

/** What each release knows of the flags in question (asked of 22.23, 24.21 and 26.10). */
const KNOWN = {
  18: [],
  22: [
    '--permission',
    '--allow-worker',
    '--allow-addons',
    '--allow-wasi',
    '--allow-child-process',
    '--disable-warning',
  ],
  24: ['--permission', '--allow-worker', '--allow-inspector', '--disable-warning'],
  26: ['--permission', '--allow-worker', '--allow-inspector', '--allow-net', '--disable-warning'],
};

const flags = (version: keyof typeof KNOWN) => permissionFlags(['/data'], new Set<string>(KNOWN[version]));

describe('permissionFlags', () => {
  it('has only flags a release knows, as others stop it from starting', () => {
    expect(flags(26)).toContain('--allow-net');
    expect(flags(24)).not.toContain('--allow-net');
    expect(flags(24)).toContain('--allow-inspector');
    expect(flags(22)).not.toContain('--allow-inspector');
  });

  it('says that a release without permission model cannot', () => {
    expect(flags(18)).toBeUndefined();
  });

  it('is understood by this Node, also where a folder has spaces and quotes', () => {
    const options = joinNodeOptions(permissionFlags(['/a folder/"quoted"\\'])!);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['-p', `process.permission.has('fs.write', '/a folder/"quoted"\\\\')`],
      {
        encoding: 'utf8',
        env: { NODE_OPTIONS: options },
      },
    );
    expect([stdout, stderr]).toEqual(['true\n', '']);
  });
});
