import { afterAll, describe, expect, it } from '@jest/globals';
import { ProjectClone, type Synthesis } from '../../project-clone.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly { readonly ruleName: string }[];
    readonly suppressedViolations: readonly { readonly ruleName: string; readonly reason: string }[];
  }[];
}

/** CloudFormation's own rules and those of cdk-nag, over dev and prod; in a process of its own, as they take 400 MB. */
const validate = (clone: ProjectClone): Synthesis => clone.synthesize({ nag: 'true' }, { CDK_VALIDATION: 'true' });

function reportsOf({ files }: Synthesis) {
  const { pluginReports } = JSON.parse(files.get('validation-report.json')!) as Report;
  return new Map(pluginReports.map((report) => [report.pluginName, report]));
}

describe('the rules of CloudFormation and AWS Solutions', () => {
  const clone = new ProjectClone();
  afterAll(() => clone.remove());

  it('find nothing in the shop, and every exception has its reason', () => {
    const synthesis = validate(clone);
    expect(synthesis.output).toBe('');
    expect(synthesis.status).toBe(0);
    const reports = reportsOf(synthesis);
    expect([...reports.keys()].sort()).toEqual(['AwsSolutions', 'CloudFormation Validate']);
    for (const { violations, suppressedViolations } of reports.values()) {
      expect(violations).toEqual([]);
      expect(suppressedViolations.length).toBeGreaterThan(0);
      for (const { ruleName, reason } of suppressedViolations) {
        expect([ruleName, reason]).toEqual([ruleName, expect.stringMatching(/\w+ \w+ \w+/)]);
      }
    }
  });

  it('find what a stack does that they forbid', () => {
    clone.edit(
      'lib/shop/edge-stack.ts',
      'new Edge(',
      `new CfnResource(this, 'Open', {
        type: 'AWS::S3::Bucket',
        properties: { AccessControl: 'PublicRead', NoSuchProperty: true },
      });
      new Edge(`,
    );
    clone.edit('lib/shop/edge-stack.ts', 'import { Stack,', 'import { CfnResource, Stack,');
    const synthesis = validate(clone);
    expect(synthesis.status).not.toBe(0);
    expect(synthesis.output).toContain('NoSuchProperty');
  });
});
