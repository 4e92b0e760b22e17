import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configNames } from '../../../../services/chassis/config/config-names.ts';
import { chassisMetrics } from '../../../../services/chassis/telemetry/metric-table.ts';
import { metricsPage } from './metrics-page.ts';

const root = join(import.meta.dirname, '../../../..');
const sources = globSync('services/chassis/**/*.ts', { cwd: root }).map((path) =>
  readFileSync(join(root, path), 'utf8'),
);

/** What the first group of a pattern finds in the sources; a part that is worked out there is shown as `<…>`. */
const namesIn = (texts: readonly string[], pattern: RegExp): string[] => [
  ...new Set(
    texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name!.replace(/\$\{\w+\}/g, '<…>'))),
  ),
];

const METRIC = /\.(?:counter|histogram|gauge)\(\s*['`]([^'`]+)['`]/g;
const CONFIG = /\blive\(\s*(?:\w+\.)?\w+,\s*['`]([^'`]+)['`]/g;

const matches = (used: string, listed: string): boolean =>
  new RegExp(`^${used.replaceAll('.', '\\.').replaceAll('<…>', '[\\w<>]+')}$`).test(listed);
const missing = (names: readonly string[], among: readonly string[], same: typeof matches): string[] =>
  names.filter((name) => !among.some((other) => same(name, other)));

describe.each([
  ['metrics', METRIC, Object.keys(chassisMetrics)],
  ['config names', CONFIG, Object.keys(configNames)],
])('the table of %s', (_, pattern, listed) => {
  const used = namesIn(sources, pattern);

  it('lists all that are used', () => expect(missing(used, listed, matches)).toEqual([]));

  it('lists none that is not', () => expect(missing(listed, used, (name, other) => matches(other, name))).toEqual([]));
});

describe('a name that is not listed', () => {
  it('is found', () => {
    const text = `metrics.counter('made.up'); metrics.gauge(\n\`pool.\${figure}\`, x); live(runtime.config, 'x.y', S);`;
    expect(missing(namesIn([text], METRIC), Object.keys(chassisMetrics), matches)).toEqual(['made.up']);
    expect(namesIn([text], CONFIG)).toEqual(['x.y']);
  });
});

describe('docs/metrics.md', () => {
  it('says what the tables say', () => {
    expect(readFileSync(join(root, 'docs/metrics.md'), 'utf8')).toBe(metricsPage());
  });
});
