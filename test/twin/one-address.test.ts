import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { spawnOnOneAddress, whyNoOneAddress } from '../one-address.ts';

const root = join(import.meta.dirname, '../..');

if (whyNoOneAddress) console.warn(`SKIPPED: the network is not tried as on a Mac: ${whyNoOneAddress}`);

(whyNoOneAddress ? describe.skip : describe)('where the loopback has one address, as on a Mac', () => {
  it('has no other address indeed', async () => {
    const { stdout } = await run('node', [
      '--input-type=module',
      '--eval',
      `import { loopbackAddresses } from '${join(root, 'twin/network/loopback.ts')}'; console.log(await loopbackAddresses())`,
    ]);

    expect(stdout.trim()).toBe('shared');
  });

  it('the network, the preload and a twin of the shop do all they do elsewhere', async () => {
    const jest = join(root, 'node_modules/jest/bin/jest.js');
    const tests = ['network/network', 'network/preload', 'traffic/traffic', 'twin'].map(
      (name) => `test/twin/${name}.test.ts`,
    );

    const { code, stderr } = await run('node', [jest, '--ci', '--verbose', ...tests]);

    if (code !== 0) throw new Error(stderr);
    expect(stderr).toContain('a twin of the shop');
    expect(stderr).toContain('network where addresses are shared');
    expect(stderr).toContain('preload where addresses are shared');
    expect(stderr).not.toContain('addresses are own');
  }, 180_000);
});

async function run(command: string, args: readonly string[]) {
  const child = spawnOnOneAddress(command, args, { cwd: root });
  const texts = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const [code] = await once(child, 'close');
  return { code, ...texts };
}
