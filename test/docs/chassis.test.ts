import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Environment } from '../../contract/environment.ts';
import { CallPolicySettings } from '../../services/chassis/client/call-policy-settings.ts';
import { breakerDefaults } from '../../services/chassis/policy/breaker.ts';
import { bulkheadDefaults } from '../../services/chassis/policy/bulkhead.ts';
import { retryDefaults } from '../../services/chassis/policy/retry-budget.ts';

const project = join(import.meta.dirname, '../..');
const page = readFileSync(join(project, 'docs/chassis.md'), 'utf8');

describe('the page of the chassis', () => {
  it('lists every setting of a policy with its default, neither more nor less', () => {
    const listed = [...page.matchAll(/^\| `(\w+\.\w+)` \| .* \| (.*) \|$/gm)].map(([, name, value]) => [name, value]);
    const defaults = { bulkhead: bulkheadDefaults, breaker: breakerDefaults, retry: retryDefaults, attempt: {} };
    const settings = Object.entries(CallPolicySettings.properties).flatMap(([policy, { properties }]) =>
      Object.keys(properties).map((name) => {
        const values: Readonly<Record<string, number>> = defaults[policy as keyof typeof defaults];
        return [`${policy}.${name}`, String(values[name] ?? "the call's `timeoutMs`")];
      }),
    );
    expect(listed).toEqual(settings);
  });

  it('names every variable a service reads', () => {
    const unnamed = Object.values(Environment).filter((variable) => !page.includes(`\`${variable}\``));
    expect(unnamed).toEqual([]);
  });

  it('starts what is there', () => {
    const started = [...page.matchAll(/npx node (\S+)/g)].map(([, file]) => file!);
    expect(started.length).toBeGreaterThan(2);
    expect(started.filter((file) => !existsSync(join(project, file)))).toEqual([]);
  });
});
