import { configNames } from '../../../../services/chassis/config/config-names.ts';
import { chassisMetrics, type MetricTable } from '../../../../services/chassis/telemetry/metric-table.ts';

/** `docs/metrics.md`: the tables of the chassis. This file, when run, prints it. */
export function metricsPage(): string {
  const metrics: MetricTable = chassisMetrics;
  const rows = Object.entries(metrics).map(([name, { kind, unit, meaning, labels = [], cloudWatch, by = [] }]) => {
    const apart = by.length === 0 ? '' : ` by ${by.join(', ')}`;
    const there = cloudWatch === undefined ? '–' : cloudWatch + (cloudWatch === 'series' ? apart : '');
    return `| \`${name}\` | ${kind} | ${unit} | ${meaning} | ${labels.join(', ') || '–'} | ${there} |`;
  });
  const names = Object.entries(configNames).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
  return [
    '# What a service measures, and what can be set while it runs',
    '',
    'Every task shows all of its metrics to Prometheus, at `/metrics` on its management port, and once a minute writes',
    'what has changed into its log, in the embedded metric format that CloudWatch reads. There a *series* can have alarms',
    'and costs $0.30 a month from when it is first other than zero, for each value of its labels; from then on a gauge',
    'that is a series is written each minute. A *field* is on the same line, can be searched for in Logs Insights, and',
    'costs nothing more.',
    '',
    '| metric | kind | unit | what it is | labels | CloudWatch |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    'In Prometheus dots become underscores, followed by the unit and, for counters, `_total`; in CloudWatch it is',
    '`RequestDuration`, in the namespace `Mosaic`, with the dimensions service and stage.',
    '',
    "These names can be set in a service's config source; a wrong value is refused, and the last valid one stays:",
    '',
    '| name | what it says |',
    '|---|---|',
    ...names,
    '',
  ].join('\n');
}

if (import.meta.main) process.stdout.write(metricsPage());
