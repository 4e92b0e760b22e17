import { App, Validations } from 'aws-cdk-lib';
import { StageProfile } from '../lib/constructs/stage-profile.ts';
import { ShopStage } from '../lib/shop/shop-stage.ts';

const app = new App();
const context = (name: string): string | undefined => app.node.tryGetContext(name);

const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION ?? 'us-east-1' };
const profile = context('profile') ?? 'dev';
if (profile !== 'dev' && profile !== 'prod') throw new Error(`-c profile: dev or prod, got '${profile}'`);
const name = context('stage');
const stages = name ? [StageProfile[profile](name)] : [StageProfile.dev('dev'), StageProfile.prod('prod')];
const availabilityZones = context('zones')?.split(',');
for (const stage of stages) new ShopStage(app, stage.name, { stage, env, availabilityZones });

if (context('nag')) {
  const { AwsSolutionsChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}

app.synth();
