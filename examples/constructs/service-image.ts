import { aws_ecr as ecr, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Microservice, ServiceImage, ServicePlatform, StageProfile } from '../../lib/constructs/index.ts';

export class ImagesStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage: StageProfile.dev('dev') });
    const healthCommand = ['CMD', 'node', '/app/healthy.js'];
    const digest = `sha256:${'0'.repeat(64)}`;
    const repository = ecr.Repository.fromRepositoryName(this, 'Repository', 'app');
    const images = {
      // TypeScript, bundled for a slim Node image; `seed.ts` in the same folder runs as a one-off task.
      Bundled: ServiceImage.fromSource('services/catalog', { commands: ['seed'] }),
      Built: ServiceImage.fromDockerfile('examples/own-stack/orders', { healthCommand, architecture: 'x64' }),
      Taken: ServiceImage.fromRegistry(`registry.example.com/app@${digest}`, { healthCommand }),
      // From a private repository, with the permission to pull it.
      Pulled: ServiceImage.fromRepository(repository, digest, { healthCommand }),
    };
    for (const [name, image] of Object.entries(images)) new Microservice(this, name, { platform, image });
  }
}
