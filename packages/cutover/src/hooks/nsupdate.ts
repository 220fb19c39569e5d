import { Resolver } from 'node:dns/promises';
import type { Hook } from '../site/run-file.ts';

export type NsUpdate = Extract<Hook, { nsupdate: unknown }>['nsupdate'];

/** The input of `nsupdate`: the record as it shall be, or as it was, in one update that is made whole or not at all. */
export function nsupdateScript(update: NsUpdate, phase: 'do' | 'undo' | 'dry'): string {
  const { server, zone, name, type } = update;
  const [host, port] = splitServer(server);
  const values = phase === 'undo' ? update.before : update.values;
  const ttl = phase === 'undo' ? (update.beforeTtl ?? update.ttl) : update.ttl;
  return [
    `server ${host} ${port}`,
    `zone ${zone}`,
    `update delete ${name}. ${type}`,
    ...values.map((value) => `update add ${name}. ${ttl} ${type} ${value}`),
    phase === 'dry' ? 'show' : 'send',
    '',
  ].join('\n');
}

export function nsupdateCommand({ keyFile }: NsUpdate): string[] {
  return ['nsupdate', '-t', '10', ...(keyFile === undefined ? [] : ['-k', keyFile])];
}

/** Whether the server answers with the records as they shall be, or as they were. */
export async function recordsAre(update: NsUpdate, phase: 'do' | 'undo'): Promise<boolean> {
  const { server, name, type } = update;
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  resolver.setServers([server]);
  const wanted = phase === 'undo' ? update.before : update.values;
  const ttl = phase === 'undo' ? (update.beforeTtl ?? update.ttl) : update.ttl;
  if (type === 'CNAME') {
    const told = await resolver.resolveCname(name);
    return sameSet(told, wanted);
  }
  const told =
    type === 'A'
      ? await resolver.resolve4(name, { ttl: true })
      : await resolver.resolve6(name, { ttl: true });
  return (
    sameSet(
      told.map((one) => one.address),
      wanted,
    ) && told.every((one) => one.ttl === ttl)
  );
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const plain = (all: readonly string[]) => all.map((one) => one.replace(/\.$/, '').toLowerCase()).sort();
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

function splitServer(server: string): [host: string, port: string] {
  const at = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[^:]+))(?::(?<port>\d+))?$/.exec(server)?.groups;
  return at === undefined ? [server, '53'] : [at['v6'] ?? at['v4']!, at['port'] ?? '53'];
}
