import { type Context, rootContext } from '../context.ts';
import type { Runtime } from '../runtime.ts';
import { failSpan } from '../telemetry/in-span.ts';
import { ServiceProcess } from './service-process.ts';
import {
  collectorSetting,
  readSettings,
  type SettingDeclarations,
  type SettingValues,
  serviceSettings,
} from './settings.ts';

const { service, stage } = serviceSettings;
const taskSettings = { service, stage, collector: collectorSetting };

/** A one-off task: its settings, and what it does. */
export interface TaskDefinition<D extends SettingDeclarations> {
  /** Its settings besides service and stage. */
  readonly settings: D;
  /** Longest it may take in all; after that the process ends with exit code 1. */
  readonly timeoutMs: number;
  /** Does the work; if it throws, the exit code is 1. */
  readonly run: (settings: SettingValues<typeof taskSettings & D>, context: Context, runtime: Runtime) => Promise<void>;
}

/** Runs a one-off task as this process: work that ends, such as filling a table. */
export function runTask<D extends SettingDeclarations>(definition: TaskDefinition<D>): void {
  const self = new ServiceProcess();
  void self.run(async () => {
    const settings = readSettings({ ...taskSettings, ...definition.settings });
    const told: SettingValues<typeof taskSettings> = settings;
    const runtime = self.runtimeOf(told);
    self.onStop(() => {
      runtime.log.warn('stopped before its work was done');
      self.exit(1);
    });
    const context = rootContext(definition.timeoutMs, runtime);
    try {
      await Promise.race([context.run(() => definition.run(settings, context, runtime)), tooLong(definition, context)]);
    } catch (error) {
      failSpan(context.span, error);
      throw error;
    } finally {
      context.span.end();
    }
    await self.leave(0);
  });
}

/** Rejects when the time is over; what is under way then ends with the process. */
const tooLong = ({ timeoutMs }: { readonly timeoutMs: number }, { deadline }: Context): Promise<never> =>
  new Promise((_, reject) =>
    deadline.tellOnce(() => reject(new Error(`the task took longer than its ${timeoutMs} ms; raise timeoutMs`))),
  );
