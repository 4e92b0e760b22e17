import type { ResourceType } from '../resource.ts';

/** Which requests of an API go to which integration. */
export interface HttpApiRoute {
  /** Id of the API. */
  readonly api: string | undefined;
  /** `GET /catalog/{id}`, `ANY /catalog/{proxy+}` or `$default` */
  readonly routeKey: string;
  /** Id of the integration. */
  readonly integration: string | undefined;
  /** `NONE`, `JWT`, `AWS_IAM` or `CUSTOM` */
  readonly authorization: string;
}

/** `AWS::ApiGatewayV2::Route` */
export const httpApiRoute: ResourceType<HttpApiRoute> = {
  type: 'AWS::ApiGatewayV2::Route',
  identity: (place) => ({ ref: place.hash.slice(0, 7), attributes: { RouteId: place.hash.slice(0, 7) } }),
  read: (take) => {
    const authorization = take.string('AuthorizationType') ?? 'NONE';
    if (authorization !== 'NONE') {
      const why = `the twin has no ${authorization} authorizers, so the route answers 501; make it public to rehearse it`;
      for (const property of ['AuthorizationType', 'AuthorizerId', 'AuthorizationScopes']) take.refuse(property, why);
    }
    take.accept('OperationName', 'words for people');
    take.refuse('RequestParameters', 'the twin changes no requests by route; set them on the integration');
    return {
      api: take.string('ApiId'),
      routeKey: take.string('RouteKey') ?? '$default',
      integration: take.string('Target')?.replace(/^integrations\//, ''),
      authorization,
    };
  },
};
