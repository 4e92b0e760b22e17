export { Binding, type CallOptions } from './binding.ts';
export { type DocumentIndex, DocumentStore, type DocumentStoreProps, type Key } from './document-store.ts';
export {
  type IBinding,
  type IMicroservice,
  Microservice,
  type MicroserviceContractProps,
  type MicroserviceProps,
} from './microservice.ts';
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
  type PlatformContractProps,
  ServicePlatform,
  type ServicePlatformProps,
} from './service-platform.ts';
export type { ScalingTargets } from './service-scaling.ts';
export { StageProfile, type StageRules } from './stage-profile.ts';
export { Timeouts } from './timeouts.ts';
