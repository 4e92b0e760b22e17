import { beforeAll, describe, it } from '@jest/globals';
import { PEERS } from '../../../bin/package/manifest.ts';
import { Consumer, tarball } from './consumer.ts';

const oldest = (name: string): string => PEERS[name]!.replace(/^\D+/, '');

/** The flags `cdk init` wrote late in 2022. */
const FLAGS = {
  '@aws-cdk/aws-lambda:recognizeLayerVersion': true,
  '@aws-cdk/core:checkSecretUsage': true,
  '@aws-cdk/core:target-partitions': ['aws', 'aws-cn'],
  '@aws-cdk-containers/ecs-service-extensions:enableDefaultLogDriver': true,
  '@aws-cdk/aws-ec2:uniqueImdsv2TemplateName': true,
  '@aws-cdk/aws-ecs:arnFormatIncludesClusterName': true,
  '@aws-cdk/aws-iam:minimizePolicies': true,
  '@aws-cdk/core:validateSnapshotRemovalPolicy': true,
  '@aws-cdk/aws-codepipeline:crossAccountKeyAliasStackSafeResourceName': true,
  '@aws-cdk/aws-s3:createDefaultLoggingPolicy': true,
  '@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption': true,
  '@aws-cdk/core:enablePartitionLiterals': true,
};

/** The other files, as it wrote them then. */
const files = {
  'package.json': {
    name: 'app',
    version: '0.1.0',
    devDependencies: {
      '@types/jest': '29.5.12',
      '@types/node': '18.19.31',
      'ts-jest': '29.1.2',
      esbuild: oldest('esbuild'),
      jest: '29.7.0',
      typescript: '4.9.5',
    },
    dependencies: { 'aws-cdk-lib': oldest('aws-cdk-lib'), constructs: oldest('constructs') },
  },
  'tsconfig.json': {
    compilerOptions: {
      target: 'ES2018',
      module: 'commonjs',
      lib: ['es2018', 'dom'],
      declaration: true,
      strict: true,
      noImplicitReturns: true,
      inlineSourceMap: true,
      inlineSources: true,
      experimentalDecorators: true,
      strictPropertyInitialization: false,
      typeRoots: ['./node_modules/@types'],
    },
    exclude: ['node_modules', 'cdk.out'],
  },
  'test/flags.test.ts': `import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AppStack } from '../lib/app-stack';

test('the stack can be made with the flags it has had', () => {
  const app = new App({ context: ${JSON.stringify(FLAGS)} });
  Template.fromStack(new AppStack(app, 'Test')).resourceCountIs('AWS::ECS::Service', 1);
});
`,
  'jest.config.js': `module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: { '^.+\\\\.tsx?$': ['ts-jest', { diagnostics: false }] },
};
`,
};

describe('an app of 2022: TypeScript 4.9, CommonJS, the oldest aws-cdk-lib, constructs and esbuild we claim', () => {
  let app: Consumer;

  beforeAll(() => {
    app = new Consumer(22).write(files);
    app.install(tarball());
    app.copy('cdk-init');
    // The chassis is for services, whose TypeScript is of this decade.
    app.write({ 'services/orders/main.ts': `export const orders = 3;\n` });
  });

  it('has its props checked, libraries included', () => {
    app.npx('tsc', '--noEmit');
  });

  it('passes its own tests, with the flags of then and of now', () => {
    app.npx('jest');
  });
});
