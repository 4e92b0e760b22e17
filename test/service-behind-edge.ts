import { type App, Stack } from 'aws-cdk-lib';
import { Edge, type IEdge } from '../lib/constructs/edge.ts';
import { Microservice, type MicroserviceProps } from '../lib/constructs/microservice.ts';
import { ServiceImage } from '../lib/constructs/service-image.ts';
import { ServicePlatform } from '../lib/constructs/service-platform.ts';
import { StageProfile } from '../lib/constructs/stage-profile.ts';
import { testApp } from '../lib/testing/test-app.ts';

/** A stack with one service, and what is in it. */
export interface ServiceBehindEdge {
  readonly stack: Stack;
  readonly edge: IEdge;
  readonly service: Microservice;
}

/** An image that needs no build. */
export const testImage = (): ServiceImage =>
  ServiceImage.fromRegistry('registry.example.com/app:1', { healthCommand: ['CMD', 'true'] });

/** Makes a stack with one service, which finds its platform and edge by name. */
export function serviceBehindEdge(
  id: string,
  app: App = testApp(),
  props: Partial<MicroserviceProps> = {},
): ServiceBehindEdge {
  const stage = StageProfile.dev('dev');
  const stack = new Stack(app, id, { env: { region: 'us-east-1' } });
  const platform = ServicePlatform.fromContract(stack, 'Platform', { stage });
  const edge = Edge.fromContract(stack, 'Edge', { stage });
  const service = new Microservice(stack, id, { platform, image: testImage(), ...props });
  return { stack, edge, service };
}
