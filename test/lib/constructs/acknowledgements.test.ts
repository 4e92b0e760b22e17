import { describe, expect, it } from '@jest/globals';
import { type App, aws_iam as iam, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Binding } from '../../../lib/constructs/binding.ts';
import { Discovery } from '../../../lib/constructs/discovery.ts';
import { DocumentStore } from '../../../lib/constructs/document-store.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { testApp } from '../../../lib/testing/test-app.ts';
import { someImage, testStack } from './test-stack.ts';

/** One of each construct, with what each of them can be asked for. */
function appOf(stage: StageProfile): { app: App; service: Microservice } {
  const app = testApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  new ServicePlatform(testStack('Platform', app), 'Platform', { stage });
  const stack = testStack('Shop', app);
  const platform = ServicePlatform.fromContract(stack, 'Platform', { stage });
  const indexes = [{ name: 'byName', partitionKey: 'name' }];
  const products = new DocumentStore(stack, 'Products', { stage, partitionKey: 'id', indexes });
  const catalog = new Microservice(stack, 'Catalog', { platform, image: someImage, exec: true });
  const service = new Microservice(stack, 'Orders', { platform, image: someImage });
  catalog.bind(Binding.readWrite(products));
  const stock = new Microservice(stack, 'Stock', { platform, image: someImage, discovery: Discovery.cloudMap() });
  service.bind(Binding.call(catalog), Binding.call(stock), Binding.read(products));
  return { app, service };
}

describe.each([StageProfile.dev('dev'), StageProfile.prod('prod')])('cdk-nag in $profile', (stage) => {
  it('finds nothing that is not answered at its construct', () => {
    expect(() => appOf(stage).app.synth()).not.toThrow();
  });

  it('still finds a wildcard beside the answered ones', () => {
    const { app, service } = appOf(stage);
    service.taskDefinition.addToTaskRolePolicy(new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    expect(() => app.synth()).toThrow('AwsSolutions-IAM5[Action::s3:*]');
  });
});
