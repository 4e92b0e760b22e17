import { beforeAll, describe, expect, it } from '@jest/globals';
import { Consumer, tarball } from './consumer.ts';

const files = {
  'package.json': {
    name: 'app',
    private: true,
    type: 'module',
    dependencies: { 'aws-cdk-lib': '^2', constructs: '^10' },
  },
  'cdk.json': { app: 'node app.ts' },
  'tsconfig.json': {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      types: ['node'],
    },
    exclude: ['cdk.out'],
  },
};

describe('an app of ES modules', () => {
  let app: Consumer;

  beforeAll(() => {
    app = new Consumer(24).write(files);
    app.install(tarball(), 'typebox', 'typescript@7.0.2', '@types/node@24');
    app.copy('cdk-init/lib', 'lib').copy('cdk-init/services', 'services').copy('es-modules');
  });

  it('is told what to install where there is no bundler', () => {
    expect(app.try('node', 'app.ts')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/Shop\/Orders\S*: bundling needs esbuild, .*run: npm install --save-dev esbuild/),
    });
  });

  it('compiles, libraries included, and is rehearsed', async () => {
    app.install('--save-dev', 'esbuild');
    app.npx('tsc');
    expect(await app.rehearse('/orders')).toEqual({ orders: 3, node: expect.stringMatching(/^24\./) });
  });

  it('rehearses from its own code', () => {
    app.run('env', 'CDK_OUTDIR=cdk.out', 'node', 'app.ts');
    expect(JSON.parse(app.run('node', 'rehearse.mjs'))).toMatchObject({ orders: 3 });
  });
});
