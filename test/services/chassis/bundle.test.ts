import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { bundleSource } from '../../../lib/constructs/source-bundle.ts';

const composed = join(import.meta.dirname, '../../../bench/composed');
const bundled = (service: string): string =>
  Buffer.from(bundleSource(join(composed, service), []).get('main.js')!).toString();

describe('the bundle of a service', () => {
  it('leaves undici out, which takes as long to load as all the rest, where the service calls nobody', () => {
    expect(bundled('customers')).not.toContain('undici');
  });

  it('has undici where the service calls others', () => {
    expect(bundled('view')).toContain('undici');
  });
});
