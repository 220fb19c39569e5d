import { isIP } from 'node:net';

/** Who made a request, as far as a line of an access log tells. */
export interface Caller {
  /** What calls: the first product of the User-Agent without its version, `browser`, or `unknown`. */
  readonly agent: string;
  /** From where: an address of one's own network as it is, another as its network alone. */
  readonly from: string;
}

// … "request" status bytes "referer" "user agent" …
const commonAgent = /" \d{3} \S+ "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)"/;

/** The caller of a line that `parseLogLine` has read. */
export function callerOf(line: string): Caller {
  if (line.startsWith('{')) return callerOfJson(line);
  const [first = '', second = ''] = line.split(' ', 2);
  // With the virtual host in front the client comes second.
  const client = isIP(first) === 0 && isIP(second) !== 0 ? second : first;
  return { agent: agentName(commonAgent.exec(line)?.[1]), from: networkOf(client) };
}

function callerOfJson(line: string): Caller {
  const json = JSON.parse(line) as Record<string, unknown>;
  const nested = json['request'];
  const request = typeof nested === 'object' && nested !== null ? (nested as Record<string, unknown>) : {};
  const text = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = request[name] ?? json[name];
      if (typeof value === 'string') return value;
    }
    return undefined;
  };
  // Caddy: headers by name, each a list.
  const headers = request['headers'] as Record<string, unknown> | undefined;
  const listed = headers?.['User-Agent'];
  const agent =
    text('http_user_agent', 'user_agent', 'userAgent', 'agent') ??
    (Array.isArray(listed) ? String(listed[0]) : undefined);
  const client = text('remote_addr', 'client_ip', 'remote_ip', 'clientip', 'client', 'remote_host', 'ip');
  return { agent: agentName(agent), from: networkOf(client ?? '') };
}

const robot = /([\w.-]*(?:bot|spider|crawler|feed|fetch|monitor|preview)[\w.-]*)/i;

/** `curl/7.88.1` → `curl`; what names itself a browser is one, unless it says that it is a robot. */
export function agentName(agent: string | undefined): string {
  const text = agent?.trim() ?? '';
  if (text === '' || text === '-') return 'unknown';
  const named = robot.exec(text)?.[1];
  if (named !== undefined) return named.replace(/\/.*$/, '');
  if (/^(?:Mozilla|Opera)\//.test(text)) return 'browser';
  return (/^([^/;()]{1,60})/.exec(text)?.[1] ?? text).trim().replace(/\s+[\d.]+$/, '') || 'unknown';
}

/** Addresses of people are nobody's business here: 24 bits of IPv4 and 48 of IPv6 tell whose network it is. */
function networkOf(client: string): string {
  const address = client.replace(/^\[|\](?::\d+)?$/g, '');
  const kind = isIP(address);
  if (kind === 0) return client === '' || client === '-' ? 'unknown' : 'named host';
  if (/^(?:127\.|::1$)/.test(address)) return `this host (${address})`;
  if (/^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe80)/i.test(address))
    return `internal ${address}`;
  if (kind === 4) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  return `${address.split(':').slice(0, 3).join(':')}::/48`;
}

/** Addresses that programs ask for rather than people. */
const forMachines =
  /(?:\.(?:csv|json|xml|rss|atom|ics|txt|php)$|\/(?:api|feed|rss|atom|cron|webhook|connectors|_)|[?&](?:format|feed|callback|_)(?:=|&|$))/i;

/** The 42 of `/projects/42/updates?format=json` gives way to a star: what is one kind of request. */
export function pathPattern(target: string, isBrowser: boolean): string {
  if (isBrowser && !forMachines.test(target)) return 'pages';
  const [path = '/', query = ''] = target.split('#', 1)[0]!.split('?', 2);
  const segments = path.split('/').filter((part) => part !== '');
  const shown = segments.slice(0, 3).map((part, i) => {
    const ending = /\.\w{1,5}$/.exec(part)?.[0] ?? '';
    const isName = i === 0 || /^[a-z-]{1,20}$/i.test(part.slice(0, part.length - ending.length));
    // Below a list the second segment is some record's name.
    return (i === 1 && !forMachines.test(`/${segments[0]}`)) || !isName ? `*${ending}` : part;
  });
  const names = [...new URLSearchParams(query)].map(([key, value]) =>
    key === 'format' ? `${key}=${value}` : key,
  );
  const asked = [...new Set(names)].sort().slice(0, 5).join('&');
  return `/${shown.join('/')}${segments.length > 3 ? '/…' : ''}${asked === '' ? '' : `?${asked}`}`;
}
