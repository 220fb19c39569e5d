/** One request as a log tells it. */
export interface LoggedRequest {
  readonly method: string;
  /** Path and query as they came, or an absolute URL. */
  readonly target: string;
  readonly status: number;
  /** Milliseconds since 1970; undefined where the line has no time. */
  readonly timeMs: number | undefined;
}

/** `noise`: a line of the log's format about something that is no HTTP request (a TLS handshake, a scan). */
export type ParsedLine = LoggedRequest | 'noise' | undefined;

// [virtual host and port] client ident user [time] "request" status bytes …
const common =
  /^(?:\S+ )?\S+ \S+ .*? ?\[(?<time>[^\]]+)\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d{3}|-)(?: |$)/;
const requestLine = /^(?<method>[A-Z][A-Z-]*) (?<target>\S+)(?: HTTP\/\d(?:\.\d)?)?$/;

/**
 * A line of an access log: common and combined format of Apache and nginx, with or without the virtual host in
 * front, or a JSON object with the field names that nginx, Apache and Caddy setups use. Undefined: none of these.
 */
export function parseLogLine(line: string): ParsedLine {
  return line.startsWith('{') ? parseJson(line) : parseCommon(line);
}

function parseCommon(line: string): ParsedLine {
  const found = common.exec(line)?.groups;
  if (found === undefined) return undefined;
  return logged(unescape(found['request']!), Number(found['status']), timeOfCommon(found['time']!));
}

function logged(request: string, status: number, timeMs: number | undefined): ParsedLine {
  const parts = requestLine.exec(request)?.groups;
  if (parts === undefined || !Number.isInteger(status)) return 'noise';
  return target(parts['method']!, parts['target']!, status, timeMs);
}

function target(method: string, target: string, status: number, timeMs: number | undefined): ParsedLine {
  if (!/^(?:\/|https?:\/\/)/i.test(target)) return 'noise';
  return { method, target: encodeOdd(target), status, timeMs };
}

type Json = Record<string, unknown>;

function parseJson(line: string): ParsedLine {
  let json: Json;
  try {
    json = JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
  // Caddy keeps the request in an object of its own.
  const nested =
    typeof json['request'] === 'object' && json['request'] !== null ? (json['request'] as Json) : {};
  const text = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = nested[name] ?? json[name];
      if (typeof value === 'string' || typeof value === 'number') return String(value);
    }
    return undefined;
  };
  const status = Number(text('status', 'status_code', 'response_code'));
  const timeMs = timeOfJson(
    text('time_iso8601', '@timestamp', 'timestamp', 'time', 'time_local', 'ts', 'msec'),
  );
  if (typeof json['request'] === 'string') return logged(json['request'], status, timeMs);
  const uri = text('request_uri', 'uri', 'url', 'path');
  if (uri === undefined || !Number.isInteger(status)) return undefined;
  const query = uri.includes('?') ? '' : (text('args', 'query_string', 'query') ?? '').replace(/^\??/, '?');
  return target(
    text('request_method', 'method', 'verb') ?? 'GET',
    `${uri}${query === '?' ? '' : query}`,
    status,
    timeMs,
  );
}

const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** Lines that stand next to each other are mostly of one second. */
let lastTime: { readonly text: string; readonly timeMs: number | undefined } = {
  text: '',
  timeMs: undefined,
};

/** `21/Nov/2026:05:45:08 +0000`. */
function timeOfCommon(text: string): number | undefined {
  if (lastTime.text !== text) lastTime = { text, timeMs: parseTime(text) };
  return lastTime.timeMs;
}

function parseTime(text: string): number | undefined {
  const found = /^(\d{2})\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/.exec(text);
  if (found === null) return undefined;
  const [, day, name, year, hour, minute, second, sign, offsetHours, offsetMinutes] = found;
  const month = months.indexOf(name!) / 3;
  if (!Number.isInteger(month) || month < 0) return undefined;
  const local = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return sign === '+' ? local - offset : local + offset;
}

function timeOfJson(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{9,11}(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const iso = Date.parse(text);
  return Number.isNaN(iso) ? timeOfCommon(text) : iso;
}

/** `\"`, `\\` and `\xHH`, as Apache and nginx write what could end the field; a byte is what it is in a URL. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(?:x([\da-fA-F]{2})|(.))/g, (_all, hex?: string, one?: string) =>
    hex === undefined ? one! : `%${hex.toUpperCase()}`,
  );
}

/** What no URL may hold as it is stands percent-encoded, as it would have to be asked for again. */
function encodeOdd(target: string): string {
  return /^[\x21-\x7e]*$/.test(target) ? target : target.replaceAll(/[^\x21-\x7e]/gu, encodeOne);
}

function encodeOne(one: string): string {
  try {
    return encodeURIComponent(one);
  } catch {
    return '%EF%BF%BD';
  }
}
