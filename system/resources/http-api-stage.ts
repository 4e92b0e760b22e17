import type { ResourceType } from '../resource.ts';
import type { Take } from '../take.ts';

/** A stage of an HTTP API. */
export interface HttpApiStage {
  /** Id of the API. */
  readonly api: string | undefined;
  /** `$default` answers at the root, others under their name. */
  readonly name: string;
  readonly throttling: HttpApiThrottling;
  /** Route key → what it has of its own. */
  readonly routeThrottling: Readonly<Record<string, HttpApiThrottling>>;
}

/** How many requests pass; undefined where the template sets no limit. */
export interface HttpApiThrottling {
  readonly burst: number | undefined;
  readonly ratePerSecond: number | undefined;
}

/** `AWS::ApiGatewayV2::Stage` */
export const httpApiStage: ResourceType<HttpApiStage> = {
  type: 'AWS::ApiGatewayV2::Stage',
  identity: (place, property) => {
    const name = String(property('StageName') ?? place.name);
    return { ref: name, attributes: { StageName: name } };
  },
  read: (take) => {
    const perRoute = take.object('RouteSettings');
    take.accept('AutoDeploy', 'the twin always runs the routes of the template');
    take.accept('DeploymentId', 'the twin always runs the routes of the template');
    take.accept('AccessLogSettings', 'the twin writes no access log of the API');
    take.refuse('ClientCertificateId', 'the twin shows no client certificate to integrations');
    return {
      api: take.string('ApiId'),
      name: take.string('StageName') ?? '$default',
      throttling: readThrottling(take.object('DefaultRouteSettings')),
      routeThrottling: Object.fromEntries(
        (perRoute?.keys() ?? []).map((route) => [route, readThrottling(perRoute?.object(route))]),
      ),
    };
  },
};

const readThrottling = (take: Take | undefined): HttpApiThrottling => {
  take?.accept('DetailedMetricsEnabled', 'the twin publishes no metrics of the API');
  return {
    burst: take?.number('ThrottlingBurstLimit'),
    ratePerSecond: take?.number('ThrottlingRateLimit'),
  };
};
