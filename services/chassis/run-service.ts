import type { Operations, Routes } from './route.ts';
import { Service } from './service.ts';
import { ServiceProcess } from './service-process.ts';
import { readSettings, type SettingDeclarations, type SettingValues, serviceSettings } from './settings.ts';

export interface ServiceDefinition<T extends Routes, D extends SettingDeclarations> {
  readonly routes: T;
  /** What it is told beside what every service is told. */
  readonly settings: D;
  /** Makes the handlers: the one place where a service's parts meet. */
  readonly wire: (settings: SettingValues<typeof serviceSettings & D>) => Operations<T>;
  /** Where to listen. @default - on all addresses */
  readonly host?: string;
}

/**
 * Runs a service as this process: reads settings, listens, and on SIGTERM leaves without failing a request. A second
 * SIGTERM ends it at once. Exit code 0 says that every request got its answer.
 */
export function runService<T extends Routes, D extends SettingDeclarations>(definition: ServiceDefinition<T, D>): void {
  const self = new ServiceProcess();
  void self.run(async () => {
    const settings = readSettings({ ...serviceSettings, ...definition.settings });
    const { service: name, stage } = settings;
    const runtime = self.runtimeOf({ service: name, stage });
    const handlers = definition.wire(settings);
    const service = new Service({ settings, routes: definition.routes, handlers, runtime });

    const leave = async (): Promise<void> => {
      runtime.log.info('draining', { inFlight: service.inFlight });
      const givenUp = await service.drain();
      if (givenUp > 0) runtime.log.error(`gave up ${givenUp} requests: the time to drain was over`);
      else runtime.log.info('drained');
      self.exit(givenUp > 0 ? 1 : 0);
    };
    self.onStop((count) => (count === 1 ? void leave() : self.exit(service.inFlight > 0 ? 1 : 0)));

    const port = await service.listen(definition.host);
    runtime.log.info(`listening on port ${port}`, { port });
  });
}
