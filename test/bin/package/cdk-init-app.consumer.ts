import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Consumer, cdkInit, tarball } from './consumer.ts';

describe('a fresh app of cdk init, its stack with constructs of ours beside a VPC and a cluster', () => {
  let app: Consumer;

  beforeAll(() => {
    app = cdkInit(22);
    app.install(tarball(), 'typebox');
    app.copy('cdk-init');
  });

  it('compiles, refuses wrong props, and synthesizes', () => {
    app.npx('tsc');
    expect(app.npx('cdk', 'synth')).toContain('AWS::ECS::Service');
  });

  it.each([22, 24, 26])('passes its own tests, and is rehearsed, on Node %i', async (major) => {
    const here = app.on(major);
    here.npx('jest');
    expect(await here.rehearse('/orders')).toEqual({ orders: 3, node: expect.stringMatching(`^${major}\\.`) });
  });

  it('is told by the command that its Node is too old', () => {
    expect(app.on(20).try('npx', '--no-install', 'mosaic', 'up')).toMatchObject({
      code: 4,
      output: expect.stringMatching(/Node 20\S+ cannot run it \(needs >=22\.19\.0\); update Node/),
    });
  });
});
