/**
 * A small site over a MariaDB, as a process of its own: `legacy-site-process.ts OPTIONS_JSON`. It shows how many rows
 * there are, writes at every POST and by itself several times a second, and keeps an access log in the combined format.
 */
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { LegacySiteOptions } from './legacy-site.ts';

const run = promisify(execFile);
const { host, port, database, maintenanceFile, logFile, countSql, writeSql, everyMs } = JSON.parse(
  process.argv[2]!,
) as LegacySiteOptions;
const client = ['--no-defaults', '-h127.0.0.1', `-P${database.port}`, `-u${database.user}`, '-N', '-B'];

/** As the application's own account; its password is in MYSQL_PWD. */
async function sql(text: string): Promise<string> {
  return (await run('mariadb', [...client, database.name, '-e', text])).stdout.trim();
}

let accepted = 0;
let refused = 0;
/** One write at a time; the n-th that is taken writes n. */
let writing: Promise<boolean> = Promise.resolve(true);
function write(): Promise<boolean> {
  writing = writing.then(async () => {
    try {
      await sql(writeSql.replaceAll('{n}', String(accepted + 1)));
      accepted++;
      return true;
    } catch {
      refused++;
      return false;
    }
  });
  return writing;
}

const server = createServer((request, response) => {
  void answer(request.method ?? 'GET', request.url ?? '/').then(([status, text]) => {
    const at = new Date().toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1/$2/$3:$4 +0000');
    const agent = request.headers['user-agent'] ?? '-';
    appendFileSync(
      logFile,
      `127.0.0.1 - - [${at}] "${request.method} ${request.url} HTTP/1.1" ${status} ${text.length} "-" "${agent}"\n`,
    );
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  });
});

async function answer(method: string, path: string): Promise<[status: number, text: string]> {
  if (path === '/writes') return [200, JSON.stringify({ accepted, refused })];
  // The page is for readers: what writes goes on to the database, so that a freeze shows there and not in the page.
  if (method === 'POST') return (await write()) ? [200, 'written'] : [503, 'the database takes no writes'];
  if (existsSync(maintenanceFile)) return [503, 'legacy: back soon'];
  try {
    return [200, `legacy: ${await sql(countSql)}`];
  } catch {
    return [500, 'legacy: broken'];
  }
}

server.listen(port, host, () => process.stdout.write('listening\n'));
for (;;) {
  await sleep(everyMs);
  await write();
}
