import { Dependencies } from '../../../services/chassis/client/dependencies.ts';
import { MemoryConfig } from '../../../services/chassis/config/memory-config.ts';
import { type Ids, randomIds } from '../../../services/chassis/ids.ts';
import { machineRandom } from '../../../services/chassis/random.ts';
import type { Runtime } from '../../../services/chassis/runtime.ts';
import { ChassisTracerProvider } from '../../../services/chassis/telemetry/chassis-tracer.ts';
import { createLog } from '../../../services/chassis/telemetry/log.ts';
import type { Metrics } from '../../../services/chassis/telemetry/metrics.ts';
import { type Clock, systemClock } from '../../../services/chassis/time/clock.ts';

/** A runtime that keeps its log lines. */
export interface TestRuntime extends Runtime {
  readonly lines: Record<string, unknown>[];
  readonly config: MemoryConfig;
}

/** Metrics that nobody reads. */
export const noMetrics: Metrics = {
  counter: () => ({ add() {} }),
  histogram: () => ({ record() {} }),
  gauge: () => () => {},
};

/** A runtime on the machine's clock, or on the one given. */
export function testRuntime(clock: Clock = systemClock(), ids: Ids = randomIds(clock)): TestRuntime {
  const lines: Record<string, unknown>[] = [];
  const rest = {
    random: machineRandom,
    metrics: noMetrics,
    tracer: new ChassisTracerProvider({ clock, ids, ratio: { value: 1 } }).getTracer('test'),
    config: new MemoryConfig(),
    dependencies: new Dependencies(),
  };
  return { ...rest, clock, ids, lines, log: createLog((line) => lines.push(JSON.parse(line)), clock) };
}

/** Ids one can foretell. */
export function countingIds(): Ids {
  let count = 0;
  const next = (length: number): string => (++count).toString(16).padStart(length, '0');
  return { traceId: () => next(32), spanId: () => next(16) };
}
