import { join } from 'node:path';
import { Type } from 'typebox';
import {
  dependencyGuard,
  live,
  millisecondsSetting,
  readSettings,
  runService,
  textSetting,
  urlSetting,
  variableSetting,
} from '../../../services/chassis/index.ts';
import { balancingSetting } from './balancing.ts';
import { configFile } from './config-file.ts';
import { dollarRate } from './dollar-rate.ts';
import { storefrontHandlers, storefrontRoutes } from './routes.ts';
import { stockClient } from './stock-client.ts';

process.loadEnvFile(join(import.meta.dirname, 'settings.env'));

const articles = new Map([
  ['chair', { name: 'Chair', priceCents: 7900 }],
  ['lamp', { name: 'Lamp', priceCents: 3450 }],
  ['rug', { name: 'Rug', priceCents: 34900 }],
]);

const { file } = readSettings({ file: textSetting('CONFIG_FILE', join(import.meta.dirname, 'config.json')) });

runService({
  routes: storefrontRoutes,
  settings: {
    instances: variableSetting({
      variable: 'STOCK_INSTANCES',
      expected: 'URLs separated by commas',
      parse: (text) => (text.split(',').every((url) => URL.canParse(url)) ? text.split(',') : undefined),
    }),
    timeoutMs: millisecondsSetting('STOCK_TIMEOUT_MS'),
    balancer: balancingSetting,
    bankUrl: urlSetting('BANK_URL', 'https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml'),
  },
  config: configFile(file),
  host: '127.0.0.1',
  // Without the stock, offers can be shown but nothing can be sold.
  readiness: ({ dependencies }) => (dependencies.available('stock') ? undefined : 'the stock does not answer'),
  wire({ instances, timeoutMs, balancer, bankUrl }, runtime) {
    const { clock, config, log } = runtime;
    const guard = dependencyGuard({ service: 'bank', timeoutMs: 300 }, runtime);
    return storefrontHandlers({
      articles,
      stock: stockClient({ instances, timeoutMs, balancer: balancer() }, runtime),
      dollarRate: dollarRate({ url: bankUrl, guard, elapsed: () => clock.elapsed() }),
      few: live(config, 'offers.few', Type.Integer({ minimum: 0 }), 3, log),
    });
  },
});
