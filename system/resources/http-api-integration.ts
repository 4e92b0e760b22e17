import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';
import { type MappingStep, readMappingStep } from './mapping-step.ts';

/** Where an API sends the requests of a route. */
export interface HttpApiIntegration {
  /** Id of the API. */
  readonly api: string | undefined;
  /** `HTTP_PROXY`, or a kind that answers 501. */
  readonly kind: string;
  /** A URL or, behind a VPC link, the ARN of a listener or of a Cloud Map service. */
  readonly uri: string | undefined;
  /** Undefined or `ANY` keeps the request's. */
  readonly method: string | undefined;
  /** Id of the VPC link; undefined for an integration on the internet. */
  readonly vpcLink: string | undefined;
  readonly timeoutMs: number;
  /** How it changes requests, in order. */
  readonly mapping: readonly MappingStep[];
  /** Why routes that lead here answer 501; undefined where the twin can follow the mapping. */
  readonly refused: string | undefined;
}

/** `AWS::ApiGatewayV2::Integration` */
export const httpApiIntegration: ResourceType<HttpApiIntegration> = {
  type: 'AWS::ApiGatewayV2::Integration',
  identity: (place) => ({ ref: place.hash.slice(0, 7), attributes: { IntegrationId: place.hash.slice(0, 7) } }),
  read: (take) => {
    const kind = take.string('IntegrationType') ?? 'HTTP_PROXY';
    if (kind !== 'HTTP_PROXY')
      take.refuse('IntegrationType', `the twin has no ${kind} integrations; routes that lead here answer 501`);
    take.refuse('IntegrationSubtype', 'the twin does not call AWS services from an API');
    take.refuse('ResponseParameters', 'the twin does not change answers of an integration');
    take.refuse('TlsConfig', 'the twin speaks plain HTTP behind an API');
    take.accept('PayloadFormatVersion', 'HTTP proxies know one format');
    take.accept('Description', 'words for people');
    const connection = take.string('ConnectionType');
    const link = take.string('ConnectionId');
    return {
      api: take.string('ApiId'),
      kind,
      uri: take.string('IntegrationUri'),
      method: take.string('IntegrationMethod'),
      vpcLink: connection === 'VPC_LINK' ? link : undefined,
      timeoutMs: take.number('TimeoutInMillis') ?? 30_000,
      ...readMapping(take.object('RequestParameters')),
    };
  },
};

const readMapping = (take: Take | undefined): Pick<HttpApiIntegration, 'mapping' | 'refused'> => {
  const mapping: MappingStep[] = [];
  let refused: string | undefined;
  for (const key of take?.keys() ?? []) {
    const step = readMappingStep(key, take?.string(key) ?? '');
    if (typeof step !== 'string') {
      mapping.push(step);
      continue;
    }
    take?.refuse(key, `${step}; routes that lead here answer 501`);
    refused ??= step;
  }
  return { mapping, refused };
};
