import { expect, it } from '@jest/globals';
import type { Honesty } from '../../../system/honesty.ts';
import { corrected } from '../../../twin/report/status.ts';

const note = (id: string, property: string, verdict: Honesty['verdict']): Honesty => ({
  id,
  type: 'AWS::ECS::Service',
  property,
  verdict,
  why: '',
});
const promised = [
  note('App/A', '*', 'simulated'),
  note('App/A', 'Cluster', 'simulated'),
  note('App/A', 'Iops', 'refused'),
  note('App/B', '*', 'simulated'),
  note('App/B', 'Cluster', 'simulated'),
];

it('takes back what the templates promised of a resource that turns out not to run', () => {
  expect(corrected(promised, [note('App/A', '*', 'refused')])).toEqual([
    note('App/A', 'Iops', 'refused'),
    note('App/B', '*', 'simulated'),
    note('App/B', 'Cluster', 'simulated'),
    note('App/A', '*', 'refused'),
  ]);
});

it('replaces a single property by what running it found', () => {
  const found = note('App/A', 'Cluster', 'accepted');
  expect(corrected(promised, [found])).toEqual([promised[0], found, ...promised.slice(2)]);
});
