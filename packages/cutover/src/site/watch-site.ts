import { type Check, concludeCheck } from '@cutover/core';
import { readExpectations } from '@cutover/importer';
import type { ImpliedUrl, UrlExample } from '@cutover/records';
import type { StepTools } from '@cutover/runs';
import { defaultRoutes, sampleUrls, summariseWatch, type WatchKind, watchTarget } from '@cutover/verify';
import type { RunContext } from '../context.ts';
import { secondsOf } from '../parts.ts';
import { expectationsPath } from '../run-import.ts';
import type { RunFile } from './run-file.ts';

/** Nobody comes to a new system that was booted for a rehearsal: what only people do is left out there. */
const doneByPeople: readonly WatchKind[] = ['sign-in', 'oauth', 'saml'];

/**
 * Watches the new system by the run file's window and thresholds. The last check has the window in figures. A
 * system that is away or not ready for longer than is let pass ends the window at once.
 */
export async function watchSite(
  context: RunContext,
  tools: StepTools,
  url: string,
  settings: RunFile['watch'],
): Promise<readonly Check[]> {
  const { window: windowMs, interval: intervalMs, redirects: redirectsPerLook, notUsed } = settings;
  const redirects = notUsed.includes('redirects') ? [] : await sampleOf(context);
  const onProgress = secondsOf(context, 'seconds watched');
  const beganMs = performance.now();
  const { checks, watched } = await watchTarget({
    url,
    windowMs,
    intervalMs,
    redirects,
    redirectsPerLook,
    thresholds: {
      maxServerErrors: settings.maxErrors,
      maxSignInFailures: settings.maxSignInFailures,
      maxOauthFailures: settings.maxOauthFailures,
      maxSamlFailures: settings.maxSamlFailures,
      maxInARow: settings.maxInARow,
    },
    notUsed: context.mode === 'real' ? notUsed : [...notUsed, ...doneByPeople],
    untilDown: true,
    onLook: () => onProgress(Math.min(performance.now() - beganMs, windowMs), windowMs),
    signal: tools.signal,
    pause: tools.pause,
  });
  const { looks } = watched;
  const fewest = Math.floor(windowMs / intervalMs);
  return [
    ...checks,
    concludeCheck({
      id: 'watch-window',
      title: 'The new system was watched for the whole window',
      looked: looks.length,
      expected: `${Math.round(windowMs / 1000)} s`,
      actual: `${Math.round((performance.now() - beganMs) / 1000)} s`,
      evidence: { ...summariseWatch(watched, defaultRoutes) },
      couldNotTell:
        performance.now() - beganMs < windowMs - intervalMs
          ? `it was ended after ${looks.length} looks of about ${fewest}: the system was away, or not ready`
          : undefined,
    }),
  ];
}

const sampledAtMost = 1000;

/** Some of the import's legacy addresses; those that only another host knows are left out. */
async function sampleOf(context: RunContext): Promise<UrlExample[]> {
  const { rows } = await sampleUrls(ownUrls(expectationsPath(context)), sampledAtMost, 'watch');
  return rows.flatMap(({ urls }) =>
    urls.map(({ url, status, location }) => ({
      url,
      status,
      ...(location === undefined ? {} : { location }),
    })),
  );
}

async function* ownUrls(path: string): AsyncGenerator<{ row: string; urls: ImpliedUrl[] }> {
  for await (const { row, urls = [] } of readExpectations(path))
    yield { row, urls: urls.filter(({ url }) => url.startsWith('/')) };
}
