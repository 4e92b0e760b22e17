const http = require('node:http');
const ms = require('ms');

const server = http.createServer((request, response) => {
  response.end(
    JSON.stringify({ said: `${process.env.GREETING} ${process.env.WHO}`, minute: ms('1m'), path: request.url }),
  );
});
server.listen(3000);
process.on('SIGTERM', () => server.close());
