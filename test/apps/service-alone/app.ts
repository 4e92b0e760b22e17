// Rehearses a service whose platform stands elsewhere on a platform made for that. ALONE leaves this out: the app that is
// deployed. BESIDE adds a service that needs nothing else, or one whose image the twin does not run.
import { App, Stack } from 'aws-cdk-lib';
import { type Cluster, ContainerImage, FargateService, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { Edge } from '../../../lib/constructs/edge.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServiceImage } from '../../../lib/constructs/service-image.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { GreeterStack } from './greeter-stack.ts';

const app = new App();
const stage = StageProfile.dev('dev');
const env = { account: '111111111111', region: 'us-east-1' };

/** What the organisation has, for a rehearsal. */
class Ground extends Stack {
  readonly platform = new ServicePlatform(this, 'Platform', { stage });
  readonly edge = new Edge(this, 'Edge', { platform: this.platform });

  addGreeter(): void {
    const image = ServiceImage.fromSource(`${import.meta.dirname}/greeter`);
    new Microservice(this, 'Beside', { platform: this.platform, image });
  }

  addJava(): void {
    const taskDefinition = new FargateTaskDefinition(this, 'BesideTask');
    taskDefinition.addContainer('app', { image: ContainerImage.fromRegistry('amazoncorretto') });
    new FargateService(this, 'Beside', { cluster: this.platform.cluster as Cluster, taskDefinition });
  }
}

if (!process.env.ALONE) {
  const ground = new Ground(app, 'Ground', { env });
  if (process.env.BESIDE === 'greeter') ground.addGreeter();
  if (process.env.BESIDE === 'java') ground.addJava();
}
new GreeterStack(app, 'Greeter', { stage, env });
