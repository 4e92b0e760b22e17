import { createServer } from 'node:http';

const bootsUntil = Date.now() + Number(process.env.BOOT_MS);
let tooEarly = 0;

createServer((request, response) => {
  const booting = Date.now() < bootsUntil;
  if (request.url === '/health') {
    response.writeHead(booting && !process.env.CLAIM_HEALTH ? 503 : 200).end();
    return;
  }
  if (booting) tooEarly += 1;
  response.writeHead(booting ? 500 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ pid: process.pid, tooEarly }));
}).listen(Number(process.env.PORT));

process.on('SIGTERM', () => process.exit(0));
