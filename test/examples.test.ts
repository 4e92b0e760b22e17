import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Twin } from '../twin/twin.ts';
import { rehearse, synthesized } from './rehearsal.ts';

let twin: Twin | undefined;
afterEach(() => twin?.down());

describe('the examples', () => {
  it('own-stack: one construct in a stack with its own VPC, cluster and table', async () => {
    twin = await rehearse(await synthesized(join(import.meta.dirname, '..', 'examples', 'own-stack')));
    expect(twin.status().services).toMatchObject([{ name: 'orders-service', tasks: [{ state: 'healthy' }] }]);
    expect(twin.status().honesty.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
  });
});
