import { type Check, concludeCheck, type Finding, messageOf } from '@cutover/core';
import type { Site } from '../site.ts';
import { one, patienceMs } from './one.ts';

const clockSkewMs = 5000;

interface Health {
  readonly version?: string;
  readonly environment?: string;
}

/** Reachable, of the right version and environment, and with a clock that agrees with ours. */
export async function checkTarget({ file }: Site): Promise<Check[]> {
  const { url, version } = file.target;
  if (url === undefined) return [];
  const title = 'The new system answers, and is the one that is meant';
  let answer: Response;
  let health: Health;
  const askedMs = Date.now();
  try {
    answer = await fetch(new URL('/api/health', url), { signal: AbortSignal.timeout(patienceMs) });
    health = (await answer.json()) as Health;
  } catch (error) {
    const cause = (error as Error).cause;
    const message = `${url}: ${messageOf(error)}${cause === undefined ? '' : ` (${messageOf(cause)})`}`;
    const finding = {
      code: 'target-unreachable',
      message,
      next: 'start it (cutover serve answers before there is anything to serve), or mend target.url',
    };
    return [one('preflight-target', title, { finding })];
  }
  const findings: Finding[] = [];
  if (!answer.ok)
    findings.push({
      code: 'target-not-healthy',
      message: `${url} answers ${answer.status}`,
      next: 'see what its log says',
    });
  for (const [what, wanted, found] of [
    ['version', version, health.version],
    ['environment', file.environment, health.environment],
  ] as const) {
    if (wanted === undefined || wanted === found) continue;
    findings.push({
      code: `target-${what}`,
      message: `${url} has the ${what} ${found ?? 'unknown'}, not ${wanted}`,
      next: `deploy the right one, or mend ${what === 'version' ? 'target.version' : 'environment or target.url'} in the run file`,
    });
  }
  return [
    concludeCheck({
      id: 'preflight-target',
      title,
      looked: 1,
      expected: { version, environment: file.environment },
      actual: health,
      findings,
    }),
    checkClock(url, answer.headers.get('date'), askedMs),
  ];
}

/** The answer was made between the question and now; the header tells whole seconds. */
function checkClock(url: string, date: string | null, askedMs: number): Check {
  const title = 'The clocks of this machine and of the new system agree';
  const theirsMs = date === null ? NaN : Date.parse(date);
  if (Number.isNaN(theirsMs))
    return one('preflight-clock', title, { couldNotTell: `${url} does not say what time it is` });
  const aheadMs = Math.max(askedMs - 1000 - theirsMs, theirsMs - Date.now(), 0);
  if (aheadMs <= clockSkewMs) return one('preflight-clock', title, {});
  const message = `the clocks of this machine and of ${url} are ${Math.round(aheadMs / 1000)} s apart`;
  return one('preflight-clock', title, {
    finding: { code: 'clock-skew', message, next: 'set both by NTP' },
  });
}
