import { Environment } from '../../../contract/environment.ts';
import type { ConfigSource } from '../config/config-source.ts';
import type { Operations, Routes } from '../route.ts';
import type { Runtime } from '../runtime.ts';
import { managementPages } from '../server/management-pages.ts';
import { ManagementServer } from '../server/management-server.ts';
import type { MetricTable } from '../telemetry/metric-table.ts';
import { Service } from './service.ts';
import { ServiceProcess } from './service-process.ts';
import {
  collectorSetting,
  portSetting,
  readSettings,
  type SettingDeclarations,
  type SettingValues,
  serviceSettings,
  textSetting,
} from './settings.ts';

/** Settings that only the process of a service reads. */
const processSettings = {
  managementPort: portSetting(Environment.managementPort, 9090),
  version: textSetting(Environment.version, 'unknown'),
  collector: collectorSetting,
};

/** A service as a process: its routes, its settings, its handlers. */
export interface ServiceDefinition<T extends Routes, D extends SettingDeclarations> {
  /** The routes it serves. */
  readonly routes: T;
  /** Its settings besides those of every service. */
  readonly settings: D;
  /** Makes the handlers: the one place where a service's parts meet. */
  readonly wire: (settings: SettingValues<typeof serviceSettings & D>, runtime: Runtime) => Operations<T>;
  /**
   * Why it cannot work at the moment, for `/ready`; undefined if it can. Check only what it cannot do without:
   * `({ dependencies }) => (dependencies.available('payments') ? undefined : 'payments')`. @default - it is always ready
   */
  readonly readiness?: (runtime: Runtime) => string | undefined;
  /** Values that may change while it runs. @default - none are set */
  readonly config?: ConfigSource;
  /** Its metrics besides those of every service. @default - nothing */
  readonly metrics?: MetricTable;
  /** The address on which both ports listen. @default - all addresses */
  readonly host?: string;
}

/**
 * Runs a service as this process: reads settings, listens, and on SIGTERM or Ctrl-C shuts down without failing a
 * request it has taken. A second signal ends it at once. Exit code 0 means that every request it took was answered; the
 * kernel can still reset a connection that opens just as the port closes, and its caller has to retry elsewhere.
 */
export function runService<T extends Routes, D extends SettingDeclarations>(definition: ServiceDefinition<T, D>): void {
  const self = new ServiceProcess();
  void self.run(async () => {
    const { routes, config, metrics, host, readiness } = definition;
    const settings = readSettings({ ...serviceSettings, ...processSettings, ...definition.settings });
    const told: SettingValues<typeof serviceSettings & typeof processSettings> = settings;
    const runtime = self.runtimeOf({ ...told, config, metrics });
    const service = new Service({
      settings,
      routes,
      handlers: definition.wire(settings, runtime),
      runtime,
      readiness: readiness && (() => readiness(runtime)),
    });
    const management = new ManagementServer(
      managementPages({
        ...told,
        startedAt: runtime.clock.now(),
        metrics: () => self.readMetrics(),
        dependencies: runtime.dependencies,
      }),
    );

    const leave = async (): Promise<void> => {
      runtime.log.info('draining', { inFlight: service.inFlight, hint: 'a second signal ends it at once' });
      const givenUp = await service.drain();
      if (givenUp > 0) runtime.log.error(`gave up ${givenUp} requests: the time to drain was over`);
      else runtime.log.info('drained');
      await self.leave(givenUp > 0 ? 1 : 0);
    };
    const end = (): void => {
      runtime.log.warn('second signal to stop: ends at once', { inFlight: service.inFlight });
      self.exit(service.inFlight > 0 ? 1 : 0);
    };
    self.onStop((count) => (count === 1 ? void leave() : end()));

    const managementPort = await management.listen(told.managementPort, host);
    const port = await service.listen(host);
    runtime.log.info(`listening on port ${port}`, { port, managementPort });
  });
}
