import { Service } from '../../../../../services/chassis/process/service.ts';
import { defineRoutes } from '../../../../../services/chassis/route.ts';
import { openDoor } from '../../../../../services/chassis/server/shedding/admission.ts';
import { testRuntime } from '../../test-runtime.ts';

const BURN_MS = 10;

const burn = async (): Promise<undefined> => {
  const end = performance.now() + BURN_MS;
  while (performance.now() < end);
  return undefined;
};

const routes = defineRoutes({
  burn: { method: 'GET', path: '/burn' },
  pay: { method: 'GET', path: '/pay', critical: true },
});

// A hundred requests a second are all it can do, on any machine; with 'open' it takes whatever comes.
const service = new Service({
  settings: {
    service: 'burning',
    stage: 'test',
    port: 0,
    requestTimeoutMs: 20_000,
    keepAliveMs: 60_000,
    drainMs: 1_000,
  },
  routes,
  handlers: { burn, pay: burn },
  runtime: testRuntime(),
  ...(process.argv[2] === 'open' && { admission: openDoor }),
});
process.on('disconnect', () => process.exit());
process.send!({ port: await service.listen('127.0.0.1') });
