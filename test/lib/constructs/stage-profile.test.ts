import { describe, expect, it } from '@jest/globals';
import { RemovalPolicy } from 'aws-cdk-lib';
import { StageProfile } from '../../../lib/constructs/stage-profile.ts';

describe('StageProfile', () => {
  it('lets a dev stage go without trace', () => {
    const { rules } = StageProfile.dev('pr-7');
    expect(rules).toMatchObject({ zones: 2, nat: 'instance', spot: true, minTasks: 1, deletionProtection: false });
    expect(rules.removalPolicy).toBe(RemovalPolicy.DESTROY);
  });

  it('lets a prod stage survive a zone and a mistaken delete', () => {
    const { rules } = StageProfile.prod('eu');
    expect(rules).toMatchObject({ zones: 3, nat: 'gateways', spot: false, minTasks: 2, deletionProtection: true });
    expect(rules.removalPolicy).toBe(RemovalPolicy.RETAIN);
  });

  it('takes single changes', () => {
    expect(StageProfile.prod('eu', { zones: 2 }).rules).toMatchObject({ zones: 2, nat: 'gateways' });
  });

  it('takes an undefined change for none, so that no safety goes by mistake', () => {
    const changed = StageProfile.prod('eu', { deletionProtection: undefined, spot: undefined, maxTasks: 3 });
    expect(changed.rules).toEqual({ ...StageProfile.prod('eu').rules, maxTasks: 3 });
  });

  it.each([0, 7, 2.5, Number.NaN])('refuses %p zones, which no region has', (zones) => {
    expect(() => StageProfile.dev('dev', { zones })).toThrow(
      `StageProfile.dev('dev'): zones must be a whole number from 1 to 6, got ${zones}; `,
    );
  });

  it.each(['', 'Prod', 'a/b', '7', 'x'.repeat(32)])(
    'refuses the name %p, which could not be part of others',
    (name) => {
      expect(() => StageProfile.dev(name)).toThrow(`got '${name}'; choose another name`);
    },
  );
});
