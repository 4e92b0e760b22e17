import { createServer } from 'node:http';

const server = createServer((request, response) => {
  response.end(JSON.stringify(request.url === '/health' ? { status: 'up' } : { orders: [] }));
});
server.listen(8080);
process.on('SIGTERM', () => server.close());
