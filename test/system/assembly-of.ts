import type { Assembly, Stack, Template } from '../../assembly/assembly.ts';

/** An assembly of hand-written templates, by stack name. */
export const assemblyOf = (
  templates: Readonly<Record<string, Template>>,
  more: Partial<Pick<Stack, 'nested' | 'metadata' | 'dependsOn'>> = {},
): Assembly => ({
  directory: '/nowhere',
  stage: undefined,
  images: [],
  stacks: Object.entries(templates).map(([name, template]) => ({
    name,
    path: name,
    account: '123456789012',
    region: 'eu-west-1',
    template,
    metadata: new Map(),
    dependsOn: [],
    nested: new Map(),
    ...more,
  })),
});
