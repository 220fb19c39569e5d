import { callerOf, pathPattern } from './caller-of.ts';
import { type CountOptions, HitCounter } from '../urls/count-hits.ts';
import { parseLogLine } from '../urls/log-line.ts';
import { readLineBatches } from '../urls/read-lines.ts';

/** One kind of request of one caller, over all logs. */
export interface CallerHits {
  readonly agent: string;
  readonly from: string;
  readonly method: string;
  readonly path: string;
  readonly hits: number;
  /** Days, `2026-05-01`; '' where the log has no time. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

export interface CallerOptions extends CountOptions {
  /** Requests before this are passed over, in milliseconds since 1970. */
  readonly sinceMs?: number | undefined;
  /** Only what was redirected or is gone: who still comes by an address of the old site. */
  readonly redirectedOnly?: boolean;
}

export interface CallerFacts {
  lines: number;
  counted: number;
  passedOver: number;
  noise: number;
  unreadable: number;
  firstUnreadable?: string;
}

const movedStatuses: ReadonlySet<number> = new Set([301, 302, 307, 308, 410]);

/**
 * Reads access logs and gives each caller with what it asks for, in constant memory whatever the logs hold.
 * `facts` is filled meanwhile. Throws CutoverError `file-unreadable`.
 */
export async function* countCallers(
  paths: readonly string[],
  options: CallerOptions,
  facts: CallerFacts,
): AsyncGenerator<CallerHits> {
  const counter = new HitCounter(options);
  try {
    for (const path of paths) {
      for await (const lines of readLineBatches(path)) {
        for (const { text, number, cut } of lines) {
          if (text === '') continue;
          facts.lines++;
          const key = cut ? undefined : keyOf(text, options, facts);
          if (key === undefined) {
            facts.unreadable++;
            facts.firstUnreadable ??= `${path}, line ${number}`;
          }
          if (key === undefined || key === '') continue;
          facts.counted++;
          const written = counter.add(key);
          if (written !== undefined) await written;
        }
      }
    }
    yield* summed(counter);
  } finally {
    await counter.remove();
  }
}

/** '' where the line counts for nothing; undefined where it is no line of a log. The day comes last, so that those of one caller stand together. */
function keyOf(line: string, options: CallerOptions, facts: CallerFacts): string | undefined {
  const request = parseLogLine(line);
  if (request === undefined) return undefined;
  if (request === 'noise') {
    facts.noise++;
    return '';
  }
  const { timeMs, status, method, target } = request;
  if (options.sinceMs !== undefined && timeMs === undefined) return undefined;
  const isOld = options.sinceMs !== undefined && timeMs! < options.sinceMs;
  if (isOld || (options.redirectedOnly === true && !movedStatuses.has(status))) {
    facts.passedOver++;
    return '';
  }
  const { agent, from } = callerOf(line);
  const path = pathPattern(target.replace(/^https?:\/\/[^/]+/i, '') || '/', agent === 'browser');
  const day = timeMs === undefined ? '' : new Date(timeMs).toISOString().slice(0, 10);
  // People come from everywhere, and are not asked one by one.
  const place = agent === 'browser' && path === 'pages' ? 'anywhere' : from;
  return JSON.stringify([agent, place, method, path, day]);
}

async function* summed(counter: HitCounter): AsyncGenerator<CallerHits> {
  let last: { key: string; caller: CallerHits } | undefined;
  for await (const { url, hits } of counter.counted()) {
    const [agent, from, method, path, day] = JSON.parse(url) as [string, string, string, string, string];
    const key = JSON.stringify([agent, from, method, path]);
    if (last !== undefined && last.key === key) {
      const { caller } = last;
      const days = [caller.firstSeen, caller.lastSeen, day].filter((one) => one !== '').sort();
      last.caller = {
        ...caller,
        hits: caller.hits + hits,
        firstSeen: days[0] ?? '',
        lastSeen: days.at(-1) ?? '',
      };
      continue;
    }
    if (last !== undefined) yield last.caller;
    last = { key, caller: { agent, from, method, path, hits, firstSeen: day, lastSeen: day } };
  }
  if (last !== undefined) yield last.caller;
}
