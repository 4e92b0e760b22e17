import { afterAll, describe, expect, it } from '@jest/globals';
import { ProjectClone, type Synthesis } from '../project-clone.ts';

/** All that is deployed. What is left out says where on this machine the code that made a construct lies. */
const deployed = ({ files }: Synthesis) =>
  new Map([...files].filter(([path]) => !path.endsWith('.metadata.json') && path !== 'validation-report.json'));

const differences = (one: Synthesis, other: Synthesis): string[] => {
  const [a, b] = [deployed(one), deployed(other)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((path) => a.get(path) !== b.get(path));
};

describe('incident 29: what is made depends on where and when', () => {
  const [here, there] = [new ProjectClone(), new ProjectClone('some/where else/clone')];
  const made = here.synthesize({}, { CDK_VALIDATION: 'true' });
  afterAll(() => {
    here.remove();
    there.remove();
  });

  it('is made without network, account or a word of warning', () => {
    expect(made.output).toBe('');
    expect(made.status).toBe(0);
    const manifests = [...made.files].filter(([path]) => path.endsWith('manifest.json'));
    expect(manifests).toHaveLength(3);
    for (const [, manifest] of manifests) {
      expect(JSON.parse(manifest).missing).toBeUndefined();
      expect(manifest).not.toMatch(/aws:cdk:(warning|error)/);
    }
  });

  it('is the same bytes from two clones at different places', () => {
    expect(deployed(made).size).toBeGreaterThan(25);
    expect(differences(made, there.synthesize())).toEqual([]);
  });

  it('is not the same when it knows where it lies', () => {
    there.edit('services/catalog/main.ts', '\n', `\nconsole.log(${JSON.stringify(there.folder)});\n`);
    expect(differences(made, there.synthesize())).toContain('assembly-dev/devCatalog5E20FB33.template.json');
  });

  it('warns where a stack asks for a warning', () => {
    here.edit(
      'lib/shop/edge-stack.ts',
      'new Edge(',
      `Annotations.of(this).addWarningV2('test:drift', 'drifts'); new Edge(`,
    );
    here.edit('lib/shop/edge-stack.ts', 'import { Stack,', 'import { Annotations, Stack,');
    expect(here.synthesize().output).toContain('drifts');
  });
});
