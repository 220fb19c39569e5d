import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { type DnsRecord, queryDns } from './dns-query.ts';

export interface RecordsInput {
  /** The public name that is about to move, or has. */
  readonly name: string;
  /** Servers that are the authority of its zone: `IP` or `IP:port`. */
  readonly authoritative: readonly string[];
  /** Resolvers of different networks, as people use them. */
  readonly resolvers: readonly string[];
  /** Addresses that everybody must be told: the old ones before the flip, the new ones after it. */
  readonly addresses: readonly string[];
  /** Seconds that a record may live at most. */
  readonly maxTtlSeconds: number;
  /** When the time to live was lowered, and what it was before. */
  readonly lowered?: { readonly at: string; readonly fromSeconds: number } | undefined;
  readonly timeoutMs?: number;
}

/** Whether the servers of the zone agree, with the right addresses and a short enough life, and the old life is over. */
export async function checkAuthoritative(input: RecordsInput, nowMs = Date.now()): Promise<Check> {
  const findings = new FindingList();
  const told: Record<string, unknown> = {};
  const silent: string[] = [];
  for (const server of input.authoritative) {
    const answer = await lookUp(server, input, false);
    if (answer === undefined) {
      silent.push(server);
      continue;
    }
    const { records, authoritative, rcode } = answer;
    told[server] = records.map(({ type, ttlSeconds, value }) => `${ttlSeconds} ${type} ${value}`);
    if (!authoritative) {
      findings.add({
        code: 'dns-not-authoritative',
        message: `${server} answers ${rcode} without authority for ${input.name}`,
        subject: server,
        next: 'ask the servers that the parent zone names',
      });
      continue;
    }
    compareAddresses(server, records, input, findings);
    for (const { type, ttlSeconds, value } of records) {
      if (ttlSeconds <= input.maxTtlSeconds) continue;
      findings.add({
        code: 'dns-ttl-too-long',
        message: `${server}: ${type} ${value} lives ${ttlSeconds} s, at most ${input.maxTtlSeconds} s are allowed`,
        subject: server,
        expected: input.maxTtlSeconds,
        actual: ttlSeconds,
        next: 'lower the TTL, and wait as long as the old one was before the flip',
      });
    }
  }
  waitedOut(input, findings, nowMs);
  return concludeCheck({
    id: 'routing-authoritative',
    title: 'The servers of the zone agree on the addresses, and the old time to live is over',
    looked: Object.keys(told).length,
    expected: { addresses: input.addresses, maxTtlSeconds: input.maxTtlSeconds },
    actual: told,
    findings,
    couldNotTell: silence(silent),
  });
}

/** What each resolver tells people now; how long it will go on doing so. */
export async function checkResolvers(input: RecordsInput): Promise<Check> {
  const findings = new FindingList();
  const told: Record<string, unknown> = {};
  const silent: string[] = [];
  for (const server of input.resolvers) {
    const answer = await lookUp(server, input, true);
    if (answer === undefined || answer.rcode === 'SERVFAIL' || answer.rcode === 'REFUSED') {
      silent.push(server);
      continue;
    }
    told[server] = answer.records.map(({ type, ttlSeconds, value }) => `${ttlSeconds} ${type} ${value}`);
    compareAddresses(server, answer.records, input, findings);
  }
  return concludeCheck({
    id: 'routing-resolvers',
    title: 'Resolvers tell people the right addresses',
    looked: Object.keys(told).length,
    expected: input.addresses,
    actual: told,
    findings,
    couldNotTell: silence(silent),
  });
}

async function lookUp(server: string, { name, timeoutMs }: RecordsInput, recurse: boolean) {
  const base = { name, recurse, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  const [a, aaaa] = [
    await queryDns(server, { ...base, type: 'A' }),
    await queryDns(server, { ...base, type: 'AAAA' }),
  ];
  if (a === undefined || aaaa === undefined) return undefined;
  const seen = new Map([...a.records, ...aaaa.records].map((one) => [`${one.type} ${one.value}`, one]));
  return {
    rcode: a.rcode,
    authoritative: a.authoritative && aaaa.authoritative,
    records: [...seen.values()],
  };
}

function compareAddresses(
  server: string,
  records: readonly DnsRecord[],
  { name, addresses }: RecordsInput,
  findings: FindingList,
): void {
  const told = records.filter(({ type }) => type !== 'CNAME').map(({ value }) => value);
  const same = told.length === addresses.length && addresses.every((one) => told.includes(one.toLowerCase()));
  if (same) return;
  const longest = Math.max(0, ...records.map(({ ttlSeconds }) => ttlSeconds));
  findings.add({
    code: 'dns-other-address',
    message: `${server} says that ${name} is ${told.join(', ') || 'nowhere'}, it must be ${addresses.join(', ')}; it may go on for ${longest} s`,
    subject: server,
    expected: addresses,
    actual: told,
    next: `wait ${longest} s and ask again; if it stays, look at the zone that this server sees`,
  });
}

function waitedOut({ lowered }: RecordsInput, findings: FindingList, nowMs: number): void {
  if (lowered === undefined) return;
  const overMs = Date.parse(lowered.at) + lowered.fromSeconds * 1000;
  if (overMs <= nowMs) return;
  findings.add({
    code: 'dns-ttl-not-waited-out',
    message: `the TTL was ${lowered.fromSeconds} s until ${lowered.at}: resolvers may keep old records until ${new Date(overMs).toISOString()}`,
    expected: new Date(overMs).toISOString(),
    actual: new Date(nowMs).toISOString(),
    next: 'wait until then before the flip',
  });
}

function silence(servers: readonly string[]): string | undefined {
  return servers.length === 0 ? undefined : `no answer from ${servers.join(', ')}`;
}
