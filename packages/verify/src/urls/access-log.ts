import { type CountOptions, HitCounter, type UrlHits } from './count-hits.ts';
import { parseLogLine } from './log-line.ts';
import { reduceQuery } from './reduce-query.ts';
import { type Line, readLineBatches } from './read-lines.ts';

export interface LogOptions extends CountOptions {
  /** Query parameters that change what is answered; others are taken off. */
  readonly parameters: readonly string[];
  /** Requests before this are passed over, in milliseconds since 1970. */
  readonly sinceMs?: number | undefined;
  readonly onProgress?: (lines: number) => void;
}

/** What a log held besides the URLs that count, each request in one place. */
export interface LogFacts {
  lines: number;
  counted: number;
  /** Other methods than GET and HEAD. */
  otherMethods: number;
  /** Refused by the old site already (4xx, 5xx): nothing is owed. */
  refusedByLegacy: number;
  /** Handshakes and scans: no HTTP request, or one to a proxy. */
  noise: number;
  tooOld: number;
  /** Lines that are no line of a log. */
  unreadable: number;
  firstUnreadable?: string;
  from?: string;
  to?: string;
}

/**
 * Reads access logs in constant memory and gives each URL that the old site answered (2xx, 3xx) once, with the
 * number of hits. `facts` is filled meanwhile.
 */
export async function* readAccessLogs(
  paths: readonly string[],
  options: LogOptions,
  facts: LogFacts = noFacts(),
): AsyncGenerator<UrlHits> {
  const counter = new HitCounter(options);
  try {
    const period = { fromMs: Infinity, toMs: -Infinity };
    const count = ({ text, number, cut }: Line, path: string): Promise<void> | undefined => {
      if (text === '') return undefined;
      if (++facts.lines % 100_000 === 0) options.onProgress?.(facts.lines);
      const url = cut ? undefined : urlOf(text, options, facts, period);
      if (url === undefined) {
        facts.unreadable++;
        facts.firstUnreadable ??= `${path}, line ${number}`;
      }
      if (url === undefined || url === '') return undefined;
      facts.counted++;
      return counter.add(url);
    };
    for (const path of paths) {
      for await (const lines of readLineBatches(path)) {
        for (const line of lines) {
          const written = count(line, path);
          if (written !== undefined) await written;
        }
      }
    }
    if (period.fromMs <= period.toMs) {
      facts.from = new Date(period.fromMs).toISOString();
      facts.to = new Date(period.toMs).toISOString();
    }
    yield* counter.counted();
  } finally {
    await counter.remove();
  }
}

export function noFacts(): LogFacts {
  return { lines: 0, counted: 0, otherMethods: 0, refusedByLegacy: 0, noise: 0, tooOld: 0, unreadable: 0 };
}

/** '' where the line counts for nothing, which is noted; undefined where it is no line of a log. */
function urlOf(
  line: string,
  { parameters, sinceMs }: LogOptions,
  facts: LogFacts,
  period: { fromMs: number; toMs: number },
): string | undefined {
  const request = parseLogLine(line);
  if (request === undefined) return undefined;
  if (request === 'noise' || !request.target.startsWith('/')) return skip(facts, 'noise');
  const { method, status, target, timeMs } = request;
  if (sinceMs !== undefined) {
    // Without a time there is no telling whether it counts.
    if (timeMs === undefined) return undefined;
    if (timeMs < sinceMs) return skip(facts, 'tooOld');
  }
  if (timeMs !== undefined) {
    if (timeMs < period.fromMs) period.fromMs = timeMs;
    if (timeMs > period.toMs) period.toMs = timeMs;
  }
  if (method !== 'GET' && method !== 'HEAD') return skip(facts, 'otherMethods');
  if (status < 200 || status > 399) return skip(facts, 'refusedByLegacy');
  return reduceQuery(target, parameters);
}

function skip(facts: LogFacts, what: 'noise' | 'tooOld' | 'otherMethods' | 'refusedByLegacy'): '' {
  facts[what]++;
  return '';
}
