import { runTask } from '../chassis/index.ts';
import { ProductStore } from './product-store.ts';
import { firstProducts } from './products.ts';
import { addMissing } from './seeding.ts';
import { catalogSettings } from './settings.ts';

const timeoutMs = 30_000;

runTask({
  settings: catalogSettings,
  timeoutMs,
  async run(settings, context) {
    const store = new ProductStore({ ...settings, requestTimeoutMs: timeoutMs });
    const added = await addMissing(firstProducts, store, context);
    context.log.info(`${added} products added, ${firstProducts.length - added} were there`, { table: settings.table });
  },
});
