import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Consumer, tarball } from './consumer.ts';

describe('a pnpm workspace, where a package sees nothing but what it names', () => {
  let app: Consumer;

  beforeAll(() => {
    const pnpm = new Consumer(22).write({ 'package.json': { private: true } });
    pnpm.install('pnpm@10.34.9');
    app = new Consumer(22).write({
      'package.json': {
        name: 'app',
        private: true,
        dependencies: { 'aws-cdk-lib': '^2', constructs: '^10', 'mosaic-cdk': `file:${tarball()}` },
        devDependencies: { '@types/node': '^24', esbuild: '0.28.2', tsx: '^4.23.0', typescript: '~7.0.2' },
      },
      'pnpm-workspace.yaml': 'packages: [services/*]\n',
      'cdk.json': { app: 'tsx bin/app.ts' },
      'tsconfig.json': { compilerOptions: { module: 'nodenext', strict: true, noEmit: true, types: ['node'] } },
      'bin/app.ts': `import { App } from 'aws-cdk-lib';\nimport { AppStack } from '../lib/app-stack';\n\nnew AppStack(new App(), 'Shop');\n`,
    });
    app.copy('cdk-init/lib', 'lib').copy('cdk-init/services', 'services');
    app.write({
      'services/orders/package.json': {
        name: 'orders',
        private: true,
        dependencies: { 'mosaic-cdk': `file:${tarball()}`, typebox: '^1' },
      },
    });
    const command = join(pnpm.folder, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs');
    app.run('node', command, 'install', '--ignore-scripts', '--store-dir', join(pnpm.folder, 'store'));
  });

  it('compiles, libraries included, and is rehearsed', async () => {
    app.npx('tsc');
    expect(await app.rehearse('/orders')).toMatchObject({ orders: 3 });
  });
});
