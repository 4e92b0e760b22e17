/** The ids the CDK gives the resource inside a construct: `Service` for an ECS service, else `Resource`. */
const MADE_BY_THE_CDK: readonly string[] = ['Resource', 'Service'];

/** The path of the construct people wrote, given that of the resource inside it. */
export const constructPath = (path: string): string => {
  const ids = path.split('/');
  // What stands directly in a stack has no construct around it.
  return ids.length > 2 && MADE_BY_THE_CDK.includes(ids.at(-1)!) ? ids.slice(0, -1).join('/') : path;
};

/** What code would call the construct at a path: `productsTable` for `dev/Catalog/ProductsTable`. */
export const constructName = (path: string): string => {
  const ids = path.split('/');
  const id = ids.findLast((each) => !MADE_BY_THE_CDK.includes(each)) ?? ids.at(-1)!;
  const name = id.replace(/[^A-Za-z0-9]+(.)?/g, (_, next?: string) => next?.toUpperCase() ?? '');
  return name === '' ? 'resource' : name.charAt(0).toLowerCase() + name.slice(1);
};
