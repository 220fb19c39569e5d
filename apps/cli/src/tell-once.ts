import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { type RunSeen, webhookNotifier } from '@cutover/runs';
import { details, oneLine } from './say-status.ts';
import { type TellOptions, webhookOf } from './webhook-options.ts';

/**
 * Tells the webhook that a run has died or stalled, once for each time that it does; a run that is gone cannot say
 * so itself. Throws CutoverError `webhook-missing`, and `webhook-not-told` where it was not taken, so that the next
 * look tells it.
 */
export async function tellOnce(seen: RunSeen, options: TellOptions): Promise<void> {
  const { state, dir, status } = seen;
  const webhook = webhookOf(options);
  if (webhook === undefined)
    throw new CutoverError('webhook-missing', 'there is no address to tell', {
      next: 'give it with --webhook, or in CUTOVER_WEBHOOK where it is a secret',
      exitCode: exitCodes.usage,
    });
  if (state !== 'died' && state !== 'stalled') return;
  const marker = join(dir, 'told');
  const what = JSON.stringify([state, status.step, status.waitingFor?.since ?? status.startedAt]);
  if ((await readFile(marker, 'utf8').catch(() => '')) === what) return;
  const { runId, plan, mode, step } = status;
  let lost: string | undefined;
  const notifier = webhookNotifier({ ...webhook, onLost: (reason) => (lost = reason) });
  notifier.tell({
    type: 'stalled',
    problem: true,
    sentence: [oneLine(seen), ...details(seen)].join('. '),
    runId,
    plan,
    mode,
    at: new Date().toISOString(),
    ...(step === null ? {} : { step }),
  });
  await notifier.close();
  if (lost !== undefined)
    throw new CutoverError('webhook-not-told', `the webhook was not told: ${lost}`, {
      next: 'it is tried again with the next cutover status --tell',
      exitCode: exitCodes.unknown,
    });
  await writeFile(marker, what, { mode: 0o600 });
}
