import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';

/** A program that called the legacy site, as its access logs show it. */
export interface Caller {
  /** Names it in questions: of letters that a command line takes as they are. */
  readonly key: string;
  /** What it calls itself. */
  readonly agent: string;
  readonly hits: number;
  /** The first parts of the paths that it asked for, the most asked for first. */
  readonly places: readonly string[];
}

/** Programs that show pages to people, and machines that index pages for them. */
const forPeople =
  /^Mozilla\/|^Opera\/|bot\b|crawler|spider|slurp|facebookexternalhit|whatsapp|^-$|preview|archiver/i;
const combined = /"[A-Z]+ (?<path>\S+)[^"]*" (?<status>\d{3}) \S+ "[^"]*" "(?<agent>[^"]*)"/;
/** Agents that are told apart; what comes after them is counted together. */
const mostAgents = 1000;

/**
 * Programs other than browsers and search engines that a site answered (2xx, 3xx), from its access logs in the
 * combined format, gzipped or not, by their number of requests. Agents that differ in version alone are one.
 */
export async function readCallers({
  logs,
  ignore,
}: {
  readonly logs: readonly string[];
  readonly ignore: readonly string[];
}): Promise<{ readonly callers: readonly Caller[]; readonly lines: number; readonly unreadable: number }> {
  const found = new Map<string, { hits: number; places: Map<string, number> }>();
  const passed = ignore.map((one) => new RegExp(one, 'i'));
  let lines = 0;
  let unreadable = 0;
  for await (const line of linesOf(logs)) {
    lines++;
    const parts = combined.exec(line)?.groups;
    if (parts === undefined) {
      unreadable++;
      continue;
    }
    const agent = parts['agent']!;
    if (Number(parts['status']) >= 400 || forPeople.test(agent) || passed.some((one) => one.test(agent)))
      continue;
    const name = agent.replace(/\/[\d.]+.*/, '').slice(0, 80) || 'without a name';
    const known = found.get(name) ?? found.get(found.size < mostAgents ? name : 'others');
    const entry = known ?? { hits: 0, places: new Map<string, number>() };
    if (known === undefined) found.set(found.size < mostAgents ? name : 'others', entry);
    entry.hits++;
    const place = `/${new URL(parts['path']!, 'http://legacy.invalid').pathname.split('/')[1] ?? ''}`;
    if (entry.places.has(place) || entry.places.size < 50)
      entry.places.set(place, (entry.places.get(place) ?? 0) + 1);
  }
  const callers = [...found]
    .sort(([, a], [, b]) => b.hits - a.hits)
    .map(([agent, { hits, places }]) => ({
      key: keyOfAgent(agent),
      agent,
      hits,
      places: [...places]
        .sort(([, a], [, b]) => b - a)
        .slice(0, 3)
        .map(([place]) => place),
    }));
  return { callers, lines, unreadable };
}

const keyOfAgent = (agent: string): string =>
  `${agent
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 30)}-${createHash('sha256').update(agent).digest('hex').slice(0, 6)}`;

/** Requests that the new site answered by sending somebody on for good (301, 308), and over how many days. */
export async function countStragglers(logs: readonly string[]): Promise<{
  readonly hits: number;
  readonly days: number;
  readonly lines: number;
  /** Paths that were asked for most, with their hits. */
  readonly top: readonly (readonly [string, number])[];
}> {
  const paths = new Map<string, number>();
  const days = new Set<string>();
  let hits = 0;
  let lines = 0;
  for await (const line of linesOf(logs)) {
    lines++;
    const day = /\[(\d{2}\/\w{3}\/\d{4})/.exec(line)?.[1];
    if (day !== undefined) days.add(day);
    const parts = /"[A-Z]+ (?<path>\S+)[^"]*" (?<status>\d{3}) /.exec(line)?.groups;
    if (parts === undefined || !['301', '308'].includes(parts['status']!)) continue;
    hits++;
    const path = parts['path']!.replace(/\?.*/, '').slice(0, 200);
    if (paths.has(path) || paths.size < 10_000) paths.set(path, (paths.get(path) ?? 0) + 1);
  }
  const top = [...paths].sort(([, a], [, b]) => b - a).slice(0, 20);
  return { hits, days: days.size, lines, top };
}

/** Throws CutoverError `log-unreadable` with the path. */
async function* linesOf(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    const file = createReadStream(path);
    const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
    // An error of the file does not end the stream behind it.
    if (input !== file) file.on('error', (error) => void input.destroy(error));
    try {
      for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') yield line;
    } catch (cause) {
      throw new CutoverError('log-unreadable', `${path} cannot be read: ${messageOf(cause)}`, {
        next: 'bring the access log there, or name another in the run file',
        exitCode: exitCodes.stoppedByFault,
        cause,
      });
    }
  }
}
