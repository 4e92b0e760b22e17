import { join } from 'node:path';
import type { Template, TemplateResource } from './assembly.ts';
import { readAssetManifest } from './asset-manifest.ts';

/**
 * Templates nested in a template, by the logical id of their `AWS::CloudFormation::Stack`; one nested deeper by the
 * ids on the way to it (`Outer/Inner`).
 */
export const readNested = (
  template: Template,
  directory: string,
  assetFiles: readonly string[],
  read: (file: string) => Template,
): ReadonlyMap<string, Template> => {
  const nested = new Map<string, Template>();
  const visit = (outer: Template, way: string): void => {
    for (const [logicalId, resource] of Object.entries(outer.Resources)) {
      if (resource.Type !== 'AWS::CloudFormation::Stack') continue;
      const file = fileOf(resource, assetFiles);
      if (file === undefined) continue;
      const inner = read(join(directory, file));
      nested.set(`${way}${logicalId}`, inner);
      visit(inner, `${way}${logicalId}/`);
    }
  };
  visit(template, '');
  return nested;
};

/** As the CDK's metadata names it or, without metadata, as the hash in its URL does. */
const fileOf = (resource: TemplateResource, assetFiles: readonly string[]): string | undefined => {
  const named = resource.Metadata?.['aws:asset:path'];
  if (typeof named === 'string') return named;
  const hash = /\/([0-9a-f]{64})\.json/.exec(JSON.stringify(resource.Properties?.TemplateURL ?? ''))?.[1];
  if (hash === undefined) return undefined;
  for (const file of assetFiles) {
    const path = readAssetManifest(file).files[hash]?.source.path;
    if (path !== undefined) return path;
  }
  return undefined;
};
