import { type App, Stack, type Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ServiceImage } from '../../../lib/constructs/service-image.ts';
import { testApp } from '../../../lib/testing/test-app.ts';

/** A stack that deploys somewhere, which offline synthesis must know. */
export const testStack = (id = 'Test', app: App | Stage = testApp()): Stack =>
  new Stack(app, id, { env: { account: '111111111111', region: 'us-east-1' } });

/** An image that costs nothing to make. */
export const someImage = ServiceImage.fromRegistry('public.ecr.aws/docker/library/node:26.10.0-slim', {
  healthCommand: ['true'],
});

/** Names of the SSM parameters a stack's template reads, besides the bootstrap's. */
export const parametersRead = (stack: Stack): string[] =>
  Object.values(Template.fromStack(stack).findParameters('*'))
    .map((parameter) => parameter.Default as string)
    .filter((name) => !name.startsWith('/cdk-bootstrap/'));
