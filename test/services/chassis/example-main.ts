import { runService } from '../../../services/chassis/run-service.ts';
import { exampleHandlers, exampleRoutes, gate } from './example-service.ts';

// Answers GET only once somebody has POSTed, so that a test holds a request in flight for as long as it likes.
runService({
  routes: exampleRoutes,
  settings: {},
  host: '127.0.0.1',
  wire() {
    const thing = gate({ id: 1, big: false, tags: [] });
    return exampleHandlers({
      getThing: thing.operation,
      async addThing({ body }) {
        thing.open();
        return { name: body.name };
      },
    });
  },
});
