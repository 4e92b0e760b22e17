import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Twin } from '../../twin/twin.ts';
import { rehearse, synthesized } from '../rehearsal.ts';

const APP = join(import.meta.dirname, '..', 'apps', 'service-alone');
const app = (env: Record<string, string> = {}): Promise<string> => synthesized(APP, env);
const ssmParameters = { '/org/topic': 'orders' };

let twin: Twin | undefined;
afterEach(async () => {
  await twin?.down();
  twin = undefined;
});

const refusedOf = (running: Twin) => running.refused.map(({ id, why }) => [id, why]);

describe('a service whose platform another repository makes', () => {
  it('is rehearsed on a platform made for that, with the value of what no stack writes', async () => {
    twin = await rehearse(await app(), { ssmParameters });
    const answer = await fetch(`${Object.values(twin.status().urls)[0]}/greeting`);
    expect(await answer.json()).toEqual({ topic: 'orders' });
  });

  it('is refused by name without that value', async () => {
    await expect(rehearse(await app())).rejects.toThrow(
      /^none of the services can run: Greeter\/GreeterService\w+: .*parameter \/org\/topic; .*--ssm-parameters$/,
    );
  });

  it('is refused by name without the platform', async () => {
    await expect(rehearse(await app({ ALONE: '1' }), { ssmParameters })).rejects.toThrow(
      /Greeter\/GreeterService\w+: .*parameter \/mosaic\/dev\/platform\/v1\//,
    );
  });
});

describe('a service that cannot be rehearsed', () => {
  it('fails the start before anything runs, unless the others are enough', async () => {
    const assembly = await app({ BESIDE: 'greeter' });
    const steps: string[] = [];
    await expect(rehearse(assembly, { progress: (step) => steps.push(step) })).rejects.toThrow(
      /^1 of 2 services cannot be rehearsed: Greeter\/GreeterService\w+: .*\/org\/topic.*; --partial runs the others$/,
    );
    expect(steps).not.toContain('beside');
    twin = await rehearse(assembly, { partial: true });
    expect(twin.status().services).toMatchObject([{ name: 'beside', tasks: [{ state: 'healthy' }] }]);
    expect(refusedOf(twin)).toEqual([
      [expect.stringMatching(/^Greeter\/GreeterService/), expect.stringContaining('/org/topic')],
    ]);
  });

  it('does not matter where only services of other stacks are asked for', async () => {
    twin = await rehearse(await app({ BESIDE: 'greeter' }), { stacks: ['Ground'] });
    expect(refusedOf(twin)).toEqual([]);
    await expect(rehearse(await app({ BESIDE: 'greeter' }), { stacks: ['Greeter'], partial: true })).rejects.toThrow(
      /^1 of 1 services cannot be rehearsed: Greeter\/GreeterService/,
    );
  });

  it('fails the start also where only its image shows it', async () => {
    const assembly = await app({ BESIDE: 'java' });
    await expect(rehearse(assembly, { ssmParameters })).rejects.toThrow(
      /^1 of 2 services cannot be rehearsed: Ground\/BesideService\w+: .*amazoncorretto comes from a registry/,
    );
    twin = await rehearse(assembly, { ssmParameters, partial: true });
    expect(refusedOf(twin)).toEqual([
      [expect.stringMatching(/^Ground\/BesideService/), expect.stringContaining('amazoncorretto')],
    ]);
  });
});
