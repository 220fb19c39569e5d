import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type Answer, decode, encode, type Packet, streamDecode, streamEncode } from 'dns-packet';

export interface DnsAnswer {
  /** `NOERROR`, `NXDOMAIN`, … */
  readonly rcode: string;
  /** The server answers with authority, not from a cache. */
  readonly authoritative: boolean;
  readonly records: readonly DnsRecord[];
}

export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  readonly value: string;
}

export interface DnsQuery {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'NS';
  /** Ask the server to look it up elsewhere. */
  readonly recurse: boolean;
  readonly timeoutMs?: number;
}

/**
 * Asks one server, `IP`, `IP:port` or `[IPv6]:port`, over UDP and, where the answer is cut, over TCP. Undefined where
 * there is no answer after three tries. Says the time to live of every record, which node's resolver keeps to itself for
 * CNAME.
 */
export async function queryDns(server: string, query: DnsQuery): Promise<DnsAnswer | undefined> {
  const { host, port } = serverOf(server);
  const packet: Packet = {
    type: 'query',
    id: randomInt(65536),
    flags: query.recurse ? 0x0100 : 0,
    questions: [{ type: query.type, name: query.name }],
  };
  const timeoutMs = query.timeoutMs ?? 2000;
  for (let attempt = 0; attempt < 3; attempt++) {
    let answer = await overUdp(host, port, packet, timeoutMs);
    if (answer?.flag_tc === true) answer = await overTcp(host, port, packet, timeoutMs);
    if (answer !== undefined) return read(answer);
  }
  return undefined;
}

type Decoded = ReturnType<typeof decode>;

function overUdp(
  host: string,
  port: number,
  packet: Packet,
  timeoutMs: number,
): Promise<Decoded | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    const end = (answer?: Decoded): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.once('error', () => end());
    socket.on('message', (bytes) => {
      const answer = parse(bytes);
      // Anybody can send to this port: only the answer to this question counts.
      if (answer !== undefined && answer.id === packet.id && sameQuestion(answer, packet)) end(answer);
    });
    socket.send(encode(packet), port, host);
  });
}

function overTcp(
  host: string,
  port: number,
  packet: Packet,
  timeoutMs: number,
): Promise<Decoded | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    let bytes = Buffer.alloc(0);
    const end = (answer?: Decoded): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end());
    socket.once('error', () => end());
    socket.once('close', () => end());
    socket.once('connect', () => socket.write(streamEncode(packet)));
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length >= 2 && bytes.length >= bytes.readUInt16BE(0) + 2) end(parse(bytes, true));
    });
  });
}

function parse(bytes: Buffer, stream = false): Decoded | undefined {
  try {
    return (stream ? (streamDecode(bytes) as Decoded | null) : decode(bytes)) ?? undefined;
  } catch {
    return undefined;
  }
}

function sameQuestion(answer: Decoded, packet: Packet): boolean {
  const [asked, repeated] = [packet.questions?.[0], answer.questions?.[0]];
  return repeated?.type === asked?.type && plain(repeated?.name ?? '') === plain(asked?.name ?? '');
}

function read(answer: Decoded): DnsAnswer {
  return {
    rcode: (answer as { rcode?: string }).rcode ?? 'NOERROR',
    authoritative: answer.flag_aa,
    records: (answer.answers ?? []).flatMap(recordOf),
  };
}

function recordOf(answer: Answer): DnsRecord[] {
  if (answer.type !== 'A' && answer.type !== 'AAAA' && answer.type !== 'CNAME' && answer.type !== 'NS')
    return [];
  const { name, type, ttl = 0, data } = answer;
  return [{ name: plain(name), type, ttlSeconds: ttl, value: plain(data) }];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** Throws a TypeError where it is no address of a server. */
export function serverOf(server: string): { readonly host: string; readonly port: number } {
  const found =
    /^(?:\[(?<six>[\da-f:.]+)\]|(?<four>[\d.]+)|(?<bare>[\da-f:]*:[\da-f:.]*:[\da-f:.]*))(?::(?<port>\d{1,5}))?$/i.exec(
      server,
    );
  const host = found?.groups?.['six'] ?? found?.groups?.['four'] ?? found?.groups?.['bare'];
  if (host === undefined) throw new TypeError(`${server} is no IP address`);
  return { host, port: Number(found?.groups?.['port'] ?? 53) };
}
