import { createServer } from 'node:http';

createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(request.url === '/health' ? '{}' : JSON.stringify({ topic: process.env.TOPIC }));
}).listen(Number(process.env.PORT));

process.on('SIGTERM', () => process.exit(0));
