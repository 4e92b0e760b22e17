import type { TracerProvider } from '@opentelemetry/api';
import { Type } from 'typebox';
import { Dependencies } from '../client/dependencies.ts';
import type { ConfigSource } from '../config/config-source.ts';
import { live } from '../config/live-value.ts';
import { randomIds } from '../ids.ts';
import { machineRandom } from '../random.ts';
import type { Runtime } from '../runtime.ts';
import { registerTracing } from '../telemetry/ambient-tracing.ts';
import { ChassisTracerProvider } from '../telemetry/chassis-tracer.ts';
import { EmbeddedMetrics } from '../telemetry/embedded-metrics.ts';
import { createLog, type WriteLine } from '../telemetry/log.ts';
import { logLevels } from '../telemetry/log-level.ts';
import { chassisMetrics, type MetricTable } from '../telemetry/metric-table.ts';
import { type MetricReading, MetricsRegistry } from '../telemetry/metrics-registry.ts';
import { OtlpExporter } from '../telemetry/otlp-exporter.ts';
import { watchVitals } from '../telemetry/vitals.ts';
import type { Clock } from '../time/clock.ts';

/** What the runtime of a service is made of. */
export interface ServiceRuntimeProps {
  /** Name of the service, on every line, series and span. */
  readonly service: string;
  /** Name of the stage, likewise. */
  readonly stage: string;
  /** The clock: `systemClock()`. */
  readonly clock: Clock;
  /** Values that may change while it runs. */
  readonly config: ConfigSource;
  /** Writes a line of the log. */
  readonly write: WriteLine;
  /** Base address of an OpenTelemetry collector. @default - spans are not exported */
  readonly collector?: string | undefined;
  /** Makes the spans, such as the OpenTelemetry SDK's. @default - the chassis' own */
  readonly tracerProvider?: TracerProvider | undefined;
  /** The service's own metrics. @default - none */
  readonly metrics?: MetricTable | undefined;
}

/** A runtime with everything on, and the way to close it. */
export interface ServiceRuntime {
  /** What the parts of the service get. */
  readonly runtime: Runtime;
  /** All metrics, now. */
  readonly metrics: () => readonly MetricReading[];
  /** Writes pending metrics and spans, and stops. */
  close(): Promise<void>;
}

/** Makes the runtime of a service: log, metrics and traces that follow its config. */
export function serviceRuntime(props: ServiceRuntimeProps): ServiceRuntime {
  const { service, stage, clock, config, write, collector } = props;
  const dimensions = { service, stage };
  // Its level cannot change, because it reports a level that is refused.
  const plainLog = createLog(write, clock).with(dimensions);
  const level = live(config, 'log.level', Type.Enum([...logLevels]), 'info', plainLog);
  const ratio = live(config, 'trace.ratio', Type.Number({ minimum: 0, maximum: 1 }), 0.05, plainLog);
  const log = createLog(write, clock, level).with(dimensions);

  const metrics = new MetricsRegistry({ table: { ...chassisMetrics, ...props.metrics }, log });
  const toCloudWatch = new EmbeddedMetrics({
    registry: metrics,
    dimensions,
    write: (line) => write(line, false),
    clock,
  });
  toCloudWatch.start();
  const stopVitals = watchVitals(metrics, clock);

  const ids = randomIds(clock);
  const resource = {
    'service.name': service,
    'service.instance.id': ids.traceId(),
    'deployment.environment.name': stage,
  };
  const exporter = collector ? new OtlpExporter({ endpoint: collector, resource, clock, log, metrics }) : undefined;
  const tracing =
    props.tracerProvider ??
    new ChassisTracerProvider({ clock, ids, ratio, sink: exporter && ((span) => exporter.take(span)) });
  const unregister = registerTracing(tracing);

  return {
    runtime: {
      clock,
      ids,
      random: machineRandom,
      log,
      metrics,
      tracer: tracing.getTracer('mosaic'),
      config,
      dependencies: new Dependencies(),
    },
    metrics: () => metrics.read(),
    async close() {
      stopVitals();
      unregister();
      level.close();
      ratio.close();
      await exporter?.flush();
      toCloudWatch.close();
    },
  };
}
