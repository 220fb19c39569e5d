import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Resolver } from 'node:dns/promises';
import { userInfo } from 'node:os';
import { freePort, scratchDir, stopProcess, until } from './processes.ts';

export interface Bind {
  /** `127.0.0.1:port`. */
  readonly server: string;
  readonly port: number;
  /** Puts another zone file in the place of one, and waits until the server answers from it. */
  setZone(name: string, records: string): Promise<void>;
  stop(): Promise<void>;
}

export interface BindOptions {
  /** Zones that it is the authority of: records without the SOA, which is written here. */
  readonly zones?: Readonly<Record<string, string>>;
  /** Whether anybody on this machine may change the zones by RFC 2136. */
  readonly updates?: boolean;
  /** Zones that it asks another server for, and caches: name to that server's port. */
  readonly forwards?: Readonly<Record<string, number>>;
}

/** Starts a private bind9 on a loopback port: an authority, or a resolver that caches. */
export async function startBind(options: BindOptions): Promise<Bind> {
  const { dir, remove } = await scratchDir('cutover-bind-');
  const port = await freePort();
  let serial = 1;
  const zoneFile = (name: string): string => join(dir, `${name}.zone`);
  const writeZone = (name: string, records: string): Promise<void> =>
    writeFile(
      zoneFile(name),
      `$TTL 60\n$ORIGIN ${name}.\n@ IN SOA ns.${name}. root.${name}. ${serial} 60 60 60 1\n@ IN NS ns.${name}.\nns IN A 127.0.0.1\n${records}\n`,
    );
  await mkdir(join(dir, 'cache'));
  for (const [name, records] of Object.entries(options.zones ?? {})) await writeZone(name, records);
  const zones = [
    ...Object.keys(options.zones ?? {}).map(
      (name) =>
        `zone "${name}" { type primary; file "${zoneFile(name)}"; allow-update { ${options.updates === true ? '127.0.0.1' : 'none'}; }; };`,
    ),
    ...Object.entries(options.forwards ?? {}).map(
      ([name, at]) => `zone "${name}" { type forward; forward only; forwarders { 127.0.0.1 port ${at}; }; };`,
    ),
  ];
  const recursion = options.forwards === undefined ? 'no' : 'yes';
  const config = `options { directory "${join(dir, 'cache')}"; pid-file "${join(dir, 'pid')}"; session-keyfile "${join(dir, 'session.key')}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; recursion ${recursion}; allow-recursion { any; }; dnssec-validation no; empty-zones-enable no; };\ncontrols { };\n${zones.join('\n')}\n`;
  await writeFile(join(dir, 'named.conf'), config);
  const named = spawn('named', ['-f', '-u', userInfo().username, '-n', '1', '-c', join(dir, 'named.conf')], {
    stdio: 'ignore',
  });
  const server = `127.0.0.1:${port}`;
  const ask = new Resolver({ timeout: 500, tries: 1 });
  ask.setServers([server]);
  await until('named', async () => {
    if (named.exitCode !== null) throw new Error(`named ended with ${named.exitCode}`);
    return ask.resolveSoa(Object.keys(options.zones ?? options.forwards ?? {})[0]!).then(
      () => true,
      () => false,
    );
  });
  return {
    server,
    port,
    setZone: async (name, records) => {
      serial++;
      await writeZone(name, records);
      named.kill('SIGHUP');
      const current = serial;
      await until('the zone', () =>
        ask.resolveSoa(name).then(
          (soa) => soa.serial === current,
          () => false,
        ),
      );
    },
    stop: async () => {
      await stopProcess(named);
      await remove();
    },
  };
}
