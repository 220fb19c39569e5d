import { existsSync } from 'node:fs';
import { type Check, CutoverError, exitCodes } from '@cutover/core';
import { assertFolder } from '../tree/scan.ts';
import type { Welcome } from '../wire/messages.ts';
import type { Source } from './batches.ts';
import { codedOf } from './failures.ts';
import { type MeasuredSource, measureSource } from './measure-source.ts';
import {
  hooksRunnable,
  ownersKept,
  place,
  reached,
  sourceFree,
  sourceReadable,
  spoolRoom,
  type Asked,
} from './move-checks.ts';
import { lockOf, sourceFolder, unfinishedMove } from './move-files.ts';
import type { SendOptions } from './send-options.ts';
import { Session } from './session.ts';

export type CheckOptions = Pick<
  SendOptions,
  | 'from'
  | 'to'
  | 'site'
  | 'openWire'
  | 'stateDir'
  | 'version'
  | 'exclude'
  | 'empty'
  | 'hooks'
  | 'replace'
  | 'owners'
  | 'spoolDir'
>;

export interface CheckedMove {
  readonly checks: readonly Check[];
  /** Questions that this move does not raise, with the reason. */
  readonly notAsked: readonly { readonly step: string; readonly reason: string }[];
  readonly facts: {
    readonly source: { readonly bytes: number; readonly names: number; readonly files: number } | null;
    readonly destination: Pick<Welcome, 'host' | 'user' | 'path' | 'freeBytes'> | null;
    /** Bytes a second; null where it was not measured. */
    readonly linkRate: number | null;
  };
}

/**
 * Everything that `sendMove` looks at before it sends, alone and all of it: nothing is changed at either end, no lock
 * is taken, the key or password is tried once.
 *
 * @throws CutoverError with exit 2 where key, password or site are refused
 */
export async function checkMove(given: CheckOptions): Promise<CheckedMove> {
  const options = { ...given, from: existsSync(given.from) ? sourceFolder(given.from) : given.from };
  const measured = await measure(options);
  const asked = await ask(options, measured instanceof CutoverError ? undefined : measured);
  const source = measured instanceof CutoverError ? undefined : measured;
  const checks = [
    sourceReadable(options.from, measured),
    sourceFree(lockOf(options.stateDir, options.from)),
    reached(asked),
    ...(['writable', 'target', 'room', 'limits'] as const).map((part) => place(part, asked, source)),
    ownersKept(options.owners ?? true, source, asked),
  ];
  const notAsked = [];
  if (options.hooks === undefined)
    notAsked.push({
      step: 'lockdown-hooks',
      reason: 'no hooks were named: somebody says that nobody writes to the source',
    });
  else checks.push(await hooksRunnable(options.hooks));
  if (options.spoolDir === undefined)
    notAsked.push({ step: 'spool-room', reason: 'the move goes without stream files' });
  else checks.push(spoolRoom(options.spoolDir, source));
  const { host, user, path, freeBytes } = asked.welcome ?? {};
  return {
    checks,
    notAsked,
    facts: {
      source: source === undefined ? null : { bytes: source.bytes, names: source.names, files: source.files },
      destination:
        asked.welcome === undefined ? null : { host: host!, user: user!, path: path!, freeBytes: freeBytes! },
      linkRate: asked.linkRate === undefined ? null : Math.round(asked.linkRate),
    },
  };
}

async function measure({
  from,
  exclude = [],
  empty = [],
}: CheckOptions): Promise<MeasuredSource | CutoverError> {
  try {
    assertFolder(from);
    const source: Source = { folder: from, exclude, empty };
    return await measureSource(source);
  } catch (error) {
    return codedOf(error);
  }
}

async function ask(options: CheckOptions, measured: MeasuredSource | undefined): Promise<Asked> {
  const { openWire, site, version, replace, stateDir, from, to, spoolDir } = options;
  const move = unfinishedMove(stateDir, from, to) ?? 'none';
  try {
    const hello = { site, version, move, replace, look: true };
    const { session, welcome } = await Session.open(openWire(), hello);
    try {
      if (measured === undefined) return { welcome };
      const refusals = await session.checkPlace(measured, spoolDir !== undefined, replace);
      return { welcome, refusals, linkRate: await session.measure() };
    } finally {
      session.close();
    }
  } catch (error) {
    const refused = codedOf(error);
    if (refused.exitCode === exitCodes.authenticationRefused) throw refused;
    return { refused };
  }
}
