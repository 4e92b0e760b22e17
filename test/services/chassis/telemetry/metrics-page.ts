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
    'what has changed into its log, in the embedded metric format that CloudWatch reads. There a *series* can be alarmed',
    'on and costs $0.30 a month from when it is first other than zero, for each value of what it is told apart by; from',
    'then on a gauge that is one is written each minute. A *field* stands on the same line, to be searched for in Logs',
    'Insights, and costs nothing more.',
    '',
    '| metric | kind | unit | what it is | labels | CloudWatch |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    'In Prometheus dots become underscores, with the unit and, for counters, `_total` behind; in CloudWatch it is',
    '`RequestDuration`, in the namespace `Mosaic`, by service and stage.',
    '',
    "These names can be set in a service's config source; what is wrong is refused, and what was right stays:",
    '',
    '| name | what it says |',
    '|---|---|',
    ...names,
    '',
  ].join('\n');
}

if (import.meta.main) process.stdout.write(metricsPage());
