import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { type HubConfig, openStore, readHubConfig, type ShownMove } from '@cutover/hub';
import type { Command } from 'commander';
import { environment } from './environment.ts';
import { count } from './output.ts';
import { type CommonOptions, withCommonOptions } from './options.ts';

export interface HubOptions extends CommonOptions {
  readonly config: string;
}

export const withHubOptions = (command: Command): Command =>
  withCommonOptions(command).requiredOption(
    '--config <file>',
    'JSON of the hub: url, secretFile, database, limits; see docs/operations/moves.md',
  );

export const hubConfigOf = (options: HubOptions): HubConfig =>
  readHubConfig(options.config, environment('CUTOVER_HUB_DATABASE_URL'));

export type Store = Awaited<ReturnType<typeof openStore>>;

/** Does one thing with the queue, wherever it lies. */
export async function withStore<T>(
  options: HubOptions,
  work: (store: Store, config: HubConfig) => Promise<T>,
): Promise<T> {
  const config = hubConfigOf(options);
  const store = await openStore({ config, stateDir: resolve(options.stateDir) });
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}

/** A UUID in small letters. Throws CutoverError `site-uuid` (exit 64). */
export function siteOf(text: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) return text.toLowerCase();
  throw new CutoverError('site-uuid', `${JSON.stringify(text)} is no UUID`, {
    next: 'name the site by the UUID that its folder is called by',
    exitCode: exitCodes.usage,
  });
}

/** Who asks, where nobody else is named. */
export const whoAsks = (): string => userInfo().username;

/** A move in a line or two. */
export function linesOf(move: ShownMove): string[] {
  const to = move.destination ?? move.wanted ?? '(the hub chooses)';
  const bytes =
    move.bytesTotal === null || move.bytesTotal === 0
      ? ''
      : ` ${move.percent ?? 0} % of ${count(move.bytesTotal)} bytes`;
  const attempt = move.attempt > 1 ? `, attempt ${move.attempt} of ${move.maxAttempts}` : '';
  const lines = [
    `${move.id}  ${move.state.padEnd(10)} ${move.site}  ${move.source} → ${to}${bytes}${attempt}, asked by ${move.askedBy}`,
  ];
  if (move.waits !== null) lines.push(`    waits: ${move.waits}`);
  if (move.reason !== null)
    lines.push(`    ${move.reason.code}: ${move.reason.message}`, `    → ${move.reason.next}`);
  if (move.cancelledBy !== null) lines.push(`    called off by ${move.cancelledBy}`);
  if (move.stuck !== null) lines.push(`    stuck: ${move.stuck}`);
  return lines;
}
