import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { join } from 'node:path';
import { smallSampleDump, sampleWaivers } from '@cutover/laddr';
import {
  type Bind,
  freePort,
  type LegacySite,
  type MariaDb,
  run,
  scratchDir,
  startBind,
  startLegacySite,
  startMariaDb,
} from '@cutover/testkit';
import { bin, cutover, type Ran } from './run.ts';

const text = (value: unknown): string => JSON.stringify(value);
/** Both sides answer on the same port, so that the name alone leads to one or the other. */
const addresses = { legacy: '127.0.0.10', fresh: '127.0.0.20' } as const;
const name = 'www.stand-in.test';
const passwords = { reader: 'pa55-of-the-reader', app: 'pa55-of-the-app' };

/** A legacy system, a new one and the name that leads to one of them, all real and on this machine. */
export interface Move {
  readonly dir: string;
  readonly db: MariaDb;
  readonly database: string;
  readonly legacy: LegacySite;
  readonly fresh: string;
  /** `cutover` in the folder of the run file. */
  go(...args: string[]): Promise<Ran>;
  /** What the server of the zone says of the name: addresses and how long they live. */
  told(): Promise<{ readonly address: string; readonly ttl: number }[]>;
  /** A page, by the name and not by an address. */
  visit(path: string, agent?: string): Promise<{ readonly status: number; readonly text: string }>;
  /** Writes another run file, with parts of it changed. */
  configure(settings?: Settings): void;
  stop(): Promise<void>;
}

export interface Settings {
  readonly environment?: string;
  /** How long a write is looked for once the new side is open: it ends as soon as there is one. */
  readonly afterOpen?: string;
  /** What nobody does in the watch window. */
  readonly notUsed?: readonly string[];
}

export async function startMove(): Promise<Move> {
  const scratch = await scratchDir('cutover-move-');
  const { dir } = scratch;
  const at = (file: string): string => join(dir, file);
  const port = await freePort();
  const [db, bind] = await Promise.all([
    startMariaDb({ serverArgs: ['--log-bin=mysql-bin', '--server-id=1'] }),
    startBind({ zones: { 'stand-in.test': `www 2 IN A ${addresses.legacy}` }, updates: true }),
    run('git', ['init', '-q', '--bare', at('public.git')]),
    run('mkdir', [at('private')]),
  ]);
  const database = await db.createDatabase();
  await db.sql(readFileSync(smallSampleDump), { database });
  await keepPlanted(db, database);
  // Four of the rows that refer to nothing are not among the planted ones.
  const waivers = readFileSync(sampleWaivers, 'utf8');
  writeFileSync(at('waivers.toml'), waivers.replace('count = 13', 'count = 9'));
  await db.sql(
    `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${passwords.reader}'; GRANT SELECT, LOCK TABLES, SHOW VIEW, TRIGGER, EVENT ON \`${database}\`.* TO reader@'127.0.0.1'; GRANT RELOAD, BINLOG MONITOR ON *.* TO reader@'127.0.0.1'; CREATE USER app@'127.0.0.1' IDENTIFIED BY '${passwords.app}'; GRANT SELECT, INSERT, UPDATE, DELETE ON \`${database}\`.* TO app@'127.0.0.1'`,
  );
  const legacy = await startLegacySite({
    host: addresses.legacy,
    port,
    database: { port: db.port, name: database, user: 'app' },
    password: passwords.app,
    maintenanceFile: at('maintenance'),
    logFile: at('legacy-access.log'),
    countSql: 'SELECT COUNT(*) FROM people',
    writeSql: "UPDATE people SET About = 'Visit {n}' WHERE Username = 'staff'",
    everyMs: 200,
  });
  writeFileSync(
    at('fresh-access.log'),
    '127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "x"\n',
  );
  writeFileSync(at('new-side'), newSideScript(port));
  chmodSync(at('new-side'), 0o755);
  const configure = (settings: Settings = {}): void =>
    writeFileSync(at('cutover.toml'), runFile({ bind, db, database, port, ...settings }));
  configure();
  const newSide = (phase: string) =>
    run(at('new-side'), [], {
      cwd: dir,
      env: { ...process.env, CUTOVER_PHASE: phase, CUTOVER_HOOK: 'deploy' },
    });
  await newSide('undo');
  const ask = new Resolver({ timeout: 1000, tries: 2 });
  ask.setServers([bind.server]);
  const told = () => ask.resolve4(name, { ttl: true });
  return {
    dir,
    db,
    database,
    legacy,
    fresh: `http://${addresses.fresh}:${port}`,
    configure,
    told,
    go: (...args) =>
      cutover(args, {
        cwd: dir,
        env: {
          CUTOVER_SOURCE_PASSWORD: passwords.reader,
          CUTOVER_APPLICATION_PASSWORD: passwords.app,
        },
      }),
    visit: async (path, agent = 'Mozilla/5.0') => {
      const [first] = await told();
      const answer = await fetch(`http://${first!.address}:${port}${path}`, {
        headers: { 'user-agent': agent },
        redirect: 'manual',
      });
      return { status: answer.status, text: await answer.text() };
    },
    stop: async () => {
      await newSide('stop').catch(() => undefined);
      await legacy.stop();
      await Promise.all([db.stop(), bind.stop()]);
      await scratch.remove();
    },
  };
}

/** Leaves the awkward cases of the sample: its bulk, from number 1000 on, would only take time. */
async function keepPlanted(db: MariaDb, database: string): Promise<void> {
  const columns = await db.sql(
    `SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '${database}' AND COLUMN_NAME IN ('ID', 'RecordID', 'TagID', 'ContextID') AND DATA_TYPE = 'int'`,
  );
  const deletes = columns
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([table, column]) => `DELETE FROM \`${table}\` WHERE ${column} >= 1000;`);
  await db.sql(deletes.join('\n'), { database });
}

/**
 * The hooks `deploy` and `open`: the new system as a process of its own on the stores of the run; before and after a
 * run it serves the real stores, which are empty; with `open` people can write.
 */
const newSideScript = (port: number): string => `#!/bin/sh
url=http://${addresses.fresh}:${port}/api/health
stop() { [ -f serve.pid ] && kill "$(cat serve.pid)" 2>/dev/null; rm -f serve.pid; while curl -fs $url >/dev/null; do sleep 0.05; done; }
start() {
  stop
  CUTOVER_SESSION_SECRET=a-session-secret-of-thirty-two-chars setsid '${process.execPath}' '${bin}' serve --quiet --json --host ${addresses.fresh} --port ${port} --environment test \\
    --public "$1" --private "$2" --branch main $3 >serve.log 2>&1 &
  echo $! >serve.pid
  for i in $(seq 300); do curl -fs $url >/dev/null && return 0; sleep 0.1; done
  return 1
}
echo "$CUTOVER_MODE $CUTOVER_HOOK $CUTOVER_PHASE" >>effects
case $CUTOVER_PHASE-$CUTOVER_HOOK in
  stop-*) stop;;
  undo-deploy) start public.git private; rm -f open;;
  undo-open) rm -f open; start "$CUTOVER_PUBLIC" "$CUTOVER_PRIVATE";;
  do-deploy) start "$CUTOVER_PUBLIC" "$CUTOVER_PRIVATE";;
  do-open) start "$CUTOVER_PUBLIC" "$CUTOVER_PRIVATE" --writable && touch open;;
  probe-deploy) curl -fs $url/ready >/dev/null;;
  probe-open) test -f open;;
esac
`;

interface RunFileInput extends Settings {
  readonly bind: Bind;
  readonly db: MariaDb;
  readonly database: string;
  readonly port: number;
}

function runFile({
  bind,
  db,
  database,
  port,
  environment = 'test',
  notUsed = ['oauth', 'saml'],
  afterOpen = '1s',
}: RunFileInput): string {
  const source = (user: string) => text(`mysql://${user}@127.0.0.1:${db.port}/${database}?tls=off`);
  const root = (program: string) => `${program} --no-defaults -uroot -S ${db.socket}`;
  const update = (ttl: number, values: string, before: string, beforeTtl: number) =>
    `nsupdate = { server = ${text(bind.server)}, zone = "stand-in.test", name = "${name}", ttl = ${ttl}, values = ["${values}"], before = ["${before}"], before-ttl = ${beforeTtl} }`;
  const { legacy, fresh } = addresses;
  return `name = "stand-in"
environment = "${environment}"
at = 2026-01-01T00:00:00Z
go = ["Ann"]
[source]
url = ${source('reader')}
application-url = ${source('app')}
canary-url = "http://${legacy}:${port}/login"
[stores]
public = "public.git"
private = "private"
waivers = "waivers.toml"
[target]
url = "http://${fresh}:${port}"
[dns]
name = "${name}"
authoritative = [${text(bind.server)}]
old-addresses = ["${legacy}"]
new-addresses = ["${fresh}"]
old-ttl = 2
low-ttl = 1
[inventory]
logs = ["legacy-access.log"]
ignore = ["^node", "^undici"]
[stragglers]
logs = ["fresh-access.log"]
[freeze]
window = "1s"
interval = "400ms"
since = "300ms"
[watch]
window = "2s"
interval = "500ms"
after-open = "${afterOpen}"
not-used = ${text(notUsed)}
[calendar]
day = "1ms"
[people]
lead = "Ann"
operations = "Ben"
sso = "Cem"
[rehearsal]
hooks = "do"
[hooks.backup]
shell = ${text(`${root('mariadb-dump')} ${database} >backup.sql`)}
[hooks.prove-backup]
shell = ${text(`${root('mariadb')} -e 'CREATE OR REPLACE DATABASE proof' && ${root('mariadb')} proof <backup.sql && test "$(${root('mariadb')} -NBe 'SELECT COUNT(*) FROM proof.people')" = "$(${root('mariadb')} -NBe 'SELECT COUNT(*) FROM ${database}.people')"`)}
[hooks.lower-ttl]
${update(1, legacy, legacy, 2)}
[hooks.maintenance]
shell = "touch maintenance"
undo-shell = "rm -f maintenance"
probe-shell = "test -f maintenance"
[hooks.freeze]
shell = ${text(`${root('mariadb')} -e 'SET GLOBAL read_only = 1'`)}
undo-shell = ${text(`${root('mariadb')} -e 'SET GLOBAL read_only = 0'`)}
probe-shell = ${text(`test "$(${root('mariadb')} -NBe 'SELECT @@GLOBAL.read_only')" = 1`)}
[hooks.deploy]
command = ["./new-side"]
probe = true
[hooks.flip]
${update(1, fresh, legacy, 1)}
[hooks.open]
command = ["./new-side"]
probe = true
[hooks.raise-ttl]
${update(2, fresh, fresh, 1)}
`;
}
