import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Binding } from '../constructs/binding.ts';
import { Edge } from '../constructs/edge.ts';
import { Microservice } from '../constructs/microservice.ts';
import { ServiceImage } from '../constructs/service-image.ts';
import { ServicePlatform } from '../constructs/service-platform.ts';
import type { StageProfile } from '../constructs/stage-profile.ts';

export interface WebBffStackProps extends StackProps {
  /** The stage it belongs to. */
  readonly stage: StageProfile;
}

/** What the browser talks to: composes the answers of the services behind it. */
export class WebBffStack extends Stack {
  constructor(scope: Construct, id: string, props: WebBffStackProps) {
    super(scope, id, props);
    const { stage } = props;
    const platform = ServicePlatform.fromContract(this, 'Platform', { stage });
    const edge = Edge.fromContract(this, 'Edge', { stage });
    const catalog = Microservice.fromContract(this, 'Catalog', { stage });

    const webBff = new Microservice(this, 'WebBff', { platform, image: ServiceImage.fromSource('services/web-bff') });
    webBff.bind(Binding.call(catalog, { timeout: Duration.seconds(2) }));

    edge.route('GET /web/products/{id}', webBff, { public: 'product pages are for everyone' });
  }
}
