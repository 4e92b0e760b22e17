import type { Construct } from 'constructs';
import { DocumentStore } from '../../../lib/constructs/document-store.ts';
import { Edge } from '../../../lib/constructs/edge.ts';
import { Microservice } from '../../../lib/constructs/microservice.ts';
import { ServicePlatform } from '../../../lib/constructs/service-platform.ts';
import type { StageProfile } from '../../../lib/constructs/stage-profile.ts';
import { someImage } from './test-stack.ts';

/** Every construct of the door, in its simplest form; what it stands on it finds by contract. */
export const ONE_OF_EACH: Readonly<Record<string, (scope: Construct, id: string, stage: StageProfile) => Construct>> = {
  DocumentStore: (scope, id, stage) => new DocumentStore(scope, id, { stage, partitionKey: 'id' }),
  Edge: (scope, id, stage) => new Edge(scope, id, { platform: platformOf(scope, stage) }),
  Microservice: (scope, id, stage) =>
    new Microservice(scope, id, { platform: platformOf(scope, stage), image: someImage }),
  ServicePlatform: (scope, id, stage) => new ServicePlatform(scope, id, { stage }),
};

function platformOf(scope: Construct, stage: StageProfile): ServicePlatform {
  const id = `PlatformOf${stage.name}`;
  const found = scope.node.tryFindChild(id) ?? ServicePlatform.fromContract(scope, id, { stage });
  return found as ServicePlatform;
}
