// A one-off task: COUNTED=chair=4,lamp=2 node examples/chassis/stock/stocktake.ts
import { join } from 'node:path';
import { client, fixedDestination, runTask, urlSetting, variableSetting } from '../../../services/chassis/index.ts';
import { stockRoutes } from './routes.ts';

process.loadEnvFile(join(import.meta.dirname, 'settings.env'));

runTask({
  settings: {
    url: urlSetting('STOCK_URL', 'http://127.0.0.1:8071'),
    counted: variableSetting({ variable: 'COUNTED', expected: 'counts such as chair=4,lamp=2', parse: readCounts }),
  },
  timeoutMs: 30_000,
  async run({ url, counted }, context, runtime) {
    // There is no proxy in between, so the chassis has to retry a failed connect.
    const destination = fixedDestination({ service: 'stock', baseUrl: url, connectRetriedBy: 'chassis' }, runtime);
    const stock = client({ service: 'stock', timeoutMs: 2_000, routes: stockRoutes, destination }, runtime);
    for (const [sku, left] of counted) {
      const { version } = await stock.getLevel({ params: { sku } }, context);
      await stock.setLevel({ params: { sku }, body: { left }, ifMatch: version }, context);
    }
    context.log.info(`${counted.size} levels are as counted`);
  },
});

function readCounts(text: string): ReadonlyMap<string, number> | undefined {
  if (!/^[a-z-]+=\d{1,6}(,[a-z-]+=\d{1,6})*$/.test(text)) return undefined;
  const pairs = text.split(',').map((pair) => pair.split('=') as [string, string]);
  return new Map(pairs.map(([sku, left]) => [sku, Number(left)]));
}
