import { Type } from 'typebox';
import { Environment } from '../../contract/environment.ts';
import { Product } from '../../services/catalog/product.ts';
import { MemoryConfig } from '../../services/chassis/config/memory-config.ts';
import { Problem } from '../../services/chassis/problem.ts';
import { Service } from '../../services/chassis/process/service.ts';
import { ServiceProcess } from '../../services/chassis/process/service-process.ts';
import { readSettings, serviceSettings } from '../../services/chassis/process/settings.ts';
import { defineRoutes, type Operations } from '../../services/chassis/route.ts';
import { answerMeasurements } from '../measured-process.ts';
import { products } from './products.ts';

const routes = defineRoutes({
  listProducts: { method: 'GET', path: '/catalog/products', answer: Type.Object({ products: Type.Array(Product) }) },
  getProduct: {
    method: 'GET',
    path: '/catalog/products/{id}',
    params: Type.Object({ id: Product.properties.id }),
    answer: Product,
    problems: ['not-found'],
  },
});

const handlers: Operations<typeof routes> = {
  async getProduct({ params }) {
    const product = products.get(params.id);
    if (product === undefined) throw new Problem('not-found', `there is no product '${params.id}'`);
    return product;
  },
  listProducts: async () => ({ products: [...products.values()] }),
};

/** A service with the catalog's routes and everything on, over products in memory. */
const self = new ServiceProcess();
const config = new MemoryConfig({ 'log.requests': process.env.LOG_REQUESTS ?? 'all' });
const service = new Service({
  settings: readSettings(serviceSettings, {
    [Environment.service]: 'catalog',
    [Environment.stage]: 'bench',
    [Environment.port]: '0',
  }),
  routes,
  handlers,
  runtime: self.runtimeOf({ service: 'catalog', stage: 'bench', config }),
});
answerMeasurements(await service.listen('127.0.0.1'));
