import { createServer } from 'node:http';

/** Redirects of `/old/<n>` to one page for each hundred; its port goes to the parent. */
const server = createServer((request, response) => {
  const url = request.url!;
  if (url.startsWith('/old/')) {
    response
      .writeHead(301, { location: `/new/${Math.floor(Number(url.slice(5)) / 100)}`, 'content-length': 0 })
      .end();
  } else if (url.startsWith('/new/')) response.end(`<p>page ${url.slice(5)}.</p>`);
  else response.writeHead(404, { 'content-length': 0 }).end();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send!((server.address() as { port: number }).port));
