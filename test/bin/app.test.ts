import { afterAll, describe, expect, it } from '@jest/globals';
import { ProjectClone, type Synthesis } from '../project-clone.ts';

const clone = new ProjectClone();
afterAll(() => clone.remove());

const templatesOf = ({ files }: Synthesis) => [...files.keys()].filter((path) => path.endsWith('.template.json'));
const stagesOf = (synthesis: Synthesis) => [...new Set(templatesOf(synthesis).map((path) => path.split('/')[0]))];
const natsOf = ({ files }: Synthesis) =>
  [...files].map(([path, text]) =>
    path.endsWith('.template.json') ? text.split('AWS::EC2::NatGateway"').length - 1 : 0,
  );
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

describe('the app', () => {
  it('makes stages dev and prod', () => {
    expect(stagesOf(clone.synthesize())).toEqual(['assembly-dev', 'assembly-prod']);
  });

  it('makes one stage of any name, with the profile it is given', () => {
    const dev = clone.synthesize({ stage: 'pr-7' });
    expect(stagesOf(dev)).toEqual(['assembly-pr-7']);
    expect(sum(natsOf(dev))).toBe(0);
    expect(sum(natsOf(clone.synthesize({ stage: 'live', profile: 'prod' })))).toBe(3);
  });

  it('looks nothing up in account or region, even if it knows them', () => {
    const environment = { CDK_DEFAULT_ACCOUNT: '111111111111', CDK_DEFAULT_REGION: 'eu-west-1' };
    const { files } = clone.synthesize({ stage: 'dev', zones: 'eu-west-1b,eu-west-1c' }, environment);
    expect(JSON.parse(files.get('manifest.json')!).missing).toBeUndefined();
    const platform = [...files].find(([path]) => /devPlatform.*\.template\.json/.test(path))![1];
    const zones = new Set([...platform.matchAll(/"AvailabilityZone": "([^"]+)"/g)].map(([, zone]) => zone));
    expect([...zones]).toEqual(['eu-west-1b', 'eu-west-1c']);
  });

  it('refuses a profile it does not know', () => {
    const { status, output } = clone.synthesize({ stage: 'dev', profile: 'staging' });
    expect(status).not.toBe(0);
    expect(output).toContain(`-c profile: dev or prod, got 'staging'`);
  });
});
