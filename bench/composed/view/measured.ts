import { Environment } from '../../../contract/environment.ts';
import { Service } from '../../../services/chassis/process/service.ts';
import { ServiceProcess } from '../../../services/chassis/process/service-process.ts';
import { collectorSetting, readSettings, serviceSettings } from '../../../services/chassis/process/settings.ts';
import { answerMeasurements } from '../../measured-process.ts';
import { viewHandlers, viewRoutes, viewSettings } from './view.ts';

/** The view with everything on, without the twin. */
const settings = readSettings(
  { ...serviceSettings, ...viewSettings, collector: collectorSetting },
  { ...process.env, [Environment.service]: 'view', [Environment.stage]: 'bench', [Environment.port]: '0' },
);
const runtime = new ServiceProcess().runtimeOf(settings);
const handlers = viewHandlers(settings, runtime);
const service = new Service({ settings, routes: viewRoutes, handlers, runtime });
answerMeasurements(await service.listen('127.0.0.1'));
