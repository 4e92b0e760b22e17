export { Binding, type CallOptions, type StoreOptions } from './binding.ts';
export { Discovery } from './discovery.ts';
export { type DocumentIndex, DocumentStore, type DocumentStoreProps, type Key } from './document-store.ts';
export { Edge, type EdgeProps, type IEdge } from './edge.ts';
export type { EdgeContract, EdgeRouteOptions } from './edge-entry.ts';
export {
  type IBinding,
  type IMicroservice,
  Microservice,
  type MicroserviceProps,
} from './microservice.ts';
export type { EdgeContractProps } from './published-edge.ts';
export type { MicroserviceContractProps } from './published-microservice.ts';
export type { PlatformContractProps } from './published-platform.ts';
export {
  type Architecture,
  type BoundImage,
  type DockerfileImageOptions,
  type OtherImageOptions,
  ServiceImage,
  type SourceImageOptions,
} from './service-image.ts';
export {
  type IServicePlatform,
  ServicePlatform,
  type ServicePlatformProps,
} from './service-platform.ts';
export type { ScalingTargets } from './service-scaling.ts';
export { StageProfile, type StageRules } from './stage-profile.ts';
export { Timeouts } from './timeouts.ts';
