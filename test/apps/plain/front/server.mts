import http from 'node:http';

http
  .createServer(async (request, response) => {
    if (request.url === '/health') return response.end('ok');
    try {
      const answer = await fetch(`${process.env.STORE}${request.url}`, { method: request.method });
      response.writeHead(answer.status).end(await answer.text());
    } catch (error) {
      response.writeHead(502).end(String(error.cause?.code ?? error));
    }
  })
  .listen(3000);
