import { Stack, type StackProps } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { Edge } from '../../../lib/constructs/edge.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServiceImage } from '../../../lib/constructs/service-image.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import type { StageProfile } from '../../../lib/constructs/stage-profile.ts';

export interface GreeterStackProps extends StackProps {
  readonly stage: StageProfile;
}

/** All that is in the repository of a team: a service; platform, edge and the organisation's topic are elsewhere. */
export class GreeterStack extends Stack {
  constructor(scope: Construct, id: string, props: GreeterStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage });
    const greeter = new Microservice(this, 'Greeter', {
      platform,
      image: ServiceImage.fromSource(`${import.meta.dirname}/greeter`),
      environment: { TOPIC: StringParameter.valueForStringParameter(this, '/org/topic') },
    });
    const edge = Edge.fromContract(this, 'Edge', { stage });
    edge.route('GET /greeting', greeter, { public: 'a test' });
  }
}
