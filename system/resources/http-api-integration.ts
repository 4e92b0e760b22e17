import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';

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
  /** `overwrite:path` → `$request.path`, as the template has them. */
  readonly requestParameters: Readonly<Record<string, string>>;
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
      requestParameters: readMapping(take.object('RequestParameters')),
    };
  },
};

/** What a mapping may change, and where its value may come from. */
const CHANGES = /^(append|overwrite|remove):(path|(header|querystring)\..+)$/;
const SOURCES = /\$(?!\{?(request\.(path|header|querystring)\b|context\.))/;

const readMapping = (take: Take | undefined): HttpApiIntegration['requestParameters'] =>
  Object.fromEntries(
    (take?.keys() ?? []).map((key) => {
      const value = take?.string(key) ?? '';
      if (!CHANGES.test(key) || SOURCES.test(value))
        take?.refuse(
          key,
          'the twin maps paths, headers, query strings and $context alone; routes that lead here answer 501',
        );
      return [key, value];
    }),
  );
