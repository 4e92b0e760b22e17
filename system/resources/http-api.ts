import type { ResourceType } from '../resource.ts';
import { arn } from './arn.ts';
import { physicalName } from './physical-name.ts';

/** An HTTP API of API Gateway; stages, routes and integrations name it by id. */
export interface HttpApi {
  readonly cors: HttpApiCors | undefined;
}

export interface HttpApiCors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number | undefined;
}

/** `AWS::ApiGatewayV2::Api` */
export const httpApi: ResourceType<HttpApi> = {
  type: 'AWS::ApiGatewayV2::Api',
  identity: (place, property) => {
    const id = place.hash.slice(0, 10);
    const scheme = physicalName(property('ProtocolType'), 'HTTP') === 'WEBSOCKET' ? 'wss' : 'https';
    return {
      ref: id,
      attributes: {
        ApiId: id,
        ApiEndpoint: `${scheme}://${id}.execute-api.${place.region}.amazonaws.com`,
        ExecutionArn: arn(place, 'execute-api', id),
      },
    };
  },
  read: (take) => {
    const cors = take.object('CorsConfiguration');
    const openApi = 'the twin reads routes from resources, not from an OpenAPI document';
    if (take.string('ProtocolType') === 'WEBSOCKET') take.refuseAll('the twin has no WebSocket APIs');
    take.refuse('Body', openApi);
    take.refuse('BodyS3Location', openApi);
    take.refuse('Target', 'quick-create APIs are not rehearsed; make route and integration resources');
    take.accept('Name', 'words for people');
    take.accept('DisableExecuteApiEndpoint', 'the API answers at its local URL, which is not a name of AWS');
    take.accept('Description', 'words for people');
    take.accept('IpAddressType', 'the twin speaks IPv4 on the loopback');
    return {
      cors: cors && {
        allowOrigins: cors.strings('AllowOrigins'),
        allowMethods: cors.strings('AllowMethods'),
        allowHeaders: cors.strings('AllowHeaders'),
        exposeHeaders: cors.strings('ExposeHeaders'),
        allowCredentials: cors.boolean('AllowCredentials') ?? false,
        maxAgeSeconds: cors.number('MaxAge'),
      },
    };
  },
};
