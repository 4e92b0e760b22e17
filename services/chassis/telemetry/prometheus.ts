import { Distribution } from './distribution.ts';
import type { Labels } from './metrics.ts';
import type { MetricReading } from './metrics-registry.ts';

/** Content type of {@link prometheusText}. */
export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** All metrics as Prometheus reads them. */
export const prometheusText = (metrics: readonly MetricReading[]): string => metrics.map(metricText).join('');

const suffixes = { Milliseconds: '_milliseconds', Bytes: '_bytes', Count: '' } as const;

function metricText({ name, definition, series }: MetricReading): string {
  const { kind, unit, meaning } = definition;
  const full = name.replace(/[^A-Za-z0-9_]/g, '_') + suffixes[unit] + (kind === 'counter' ? '_total' : '');
  let text = `# HELP ${full} ${meaning}\n# TYPE ${full} ${kind}\n`;
  for (const { labels, value } of series) {
    text += value instanceof Distribution ? histogramText(full, labels, value) : `${full}${braces(labels)} ${value}\n`;
  }
  return text;
}

function histogramText(name: string, labels: Labels, distribution: Distribution): string {
  const { count, sum } = distribution;
  let text = '';
  for (const [le, within] of distribution.octaves()) {
    text += `${name}_bucket${braces({ ...labels, le: String(le) })} ${within}\n`;
  }
  text += `${name}_bucket${braces({ ...labels, le: '+Inf' })} ${count}\n`;
  return `${text}${name}_sum${braces(labels)} ${sum}\n${name}_count${braces(labels)} ${count}\n`;
}

function braces(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
