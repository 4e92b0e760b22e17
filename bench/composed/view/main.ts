import { runService } from '../../../services/chassis/index.ts';
import { viewHandlers, viewRoutes, viewSettings } from './view.ts';

runService({ routes: viewRoutes, settings: viewSettings, wire: viewHandlers });
