// A service that takes its time to boot, and says so if it is called before.
import { App, Stack } from 'aws-cdk-lib';
import { Edge } from '../../../lib/constructs/edge.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServiceImage } from '../../../lib/constructs/service-image.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';

const stack = new Stack(new App(), 'Slow', { env: { account: '111111111111', region: 'us-east-1' } });
const platform = new ServicePlatform(stack, 'Platform', { stage: StageProfile.dev('dev') });
const edge = new Edge(stack, 'Edge', { platform });
const image = ServiceImage.fromSource(`${import.meta.dirname}/slow`);
const environment = { BOOT_MS: '1500', ...(process.env.CLAIM_HEALTH && { CLAIM_HEALTH: '1' }) };
const slow = new Microservice(stack, 'Slow', { platform, image, minTasks: 2, environment });
edge.route('GET /slow', slow, { public: 'a test' });
