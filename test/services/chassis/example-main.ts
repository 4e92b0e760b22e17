import { runService } from '../../../services/chassis/process/run-service.ts';
import { exampleHandlers, exampleRoutes, gate } from './example-service.ts';

// Answers GET only once somebody has POSTed, so that a test holds a request in flight for as long as it likes; thing 2
// at once, with more than sockets hold.
const hugeTags = (): string[] => Array.from({ length: 400_000 }, () => 'more than sockets hold');

runService({
  routes: exampleRoutes,
  settings: {},
  host: '127.0.0.1',
  wire() {
    const thing = gate({ id: 1, big: false, tags: [] });
    return exampleHandlers({
      getThing: async (input, context) =>
        input.params.id === 2 ? { id: 2, big: true, tags: hugeTags() } : thing.operation(input, context),
      async addThing({ body }) {
        thing.open();
        return { name: body.name };
      },
    });
  },
});
