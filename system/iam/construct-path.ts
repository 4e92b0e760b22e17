/** Path of the construct people wrote, from that of the resource inside it: the CDK names those `Resource`, of an ECS service `Service`. */
export const constructPath = (path: string): string =>
  path.replace(/\/Resource$/, '').replace(/^([^/]+\/.+)\/Service$/, '$1');
