import { readFile } from 'node:fs/promises';
import { type Check, concludeCheck, CutoverError, exitCodes, FindingList, messageOf } from '@cutover/core';
import { parseToml } from '@cutover/records';
import type { CallerFacts, CallerHits } from './count-callers.ts';

/** A caller as it stands in the inventory: ticked off by whoever has spoken with its owner. */
export interface InventoryEntry extends CallerHits {
  readonly ticked: boolean;
  /** Who owns it, and what becomes of it. */
  readonly note: string;
}

export type Inventory = ReadonlyMap<string, InventoryEntry>;

export const callerKey = ({ agent, from, method, path }: CallerHits): string =>
  JSON.stringify([agent, from, method, path]);

/**
 * Reads an inventory; undefined where there is none yet. Throws CutoverError `inventory-unreadable`: a file that
 * somebody ticks off by hand is never written over where it was not understood.
 */
export async function readInventory(path: string): Promise<Inventory | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, messageOf(error), error);
  }
  const entries = new Map<string, InventoryEntry>();
  let callers: unknown;
  try {
    callers = parseToml(text)['caller'] ?? [];
  } catch (cause) {
    throw unreadable(path, messageOf(cause).split('\n', 1)[0]!, cause);
  }
  if (!Array.isArray(callers)) throw unreadable(path, 'caller is no list of tables');
  for (const [i, one] of callers.entries()) {
    const entry = entryOf(one as Record<string, unknown>);
    if (entry === undefined)
      throw unreadable(path, `caller ${i + 1} lacks a field, or has one of another kind`);
    entries.set(callerKey(entry), entry);
  }
  return entries;
}

function entryOf(one: Record<string, unknown>): InventoryEntry | undefined {
  const { agent, from, method, path, hits, firstSeen = '', lastSeen = '', ticked, note = '' } = one;
  const texts = [agent, from, method, path, firstSeen, lastSeen, note];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  if (typeof hits !== 'number' || typeof ticked !== 'boolean') return undefined;
  return one['note'] === undefined
    ? ({ ...one, firstSeen, lastSeen, note } as unknown as InventoryEntry)
    : (one as unknown as InventoryEntry);
}

function unreadable(path: string, why: string, cause?: unknown): CutoverError {
  return new CutoverError('inventory-unreadable', `${path} is no inventory: ${why}`, {
    next: 'mend the file, or name another with --inventory; nothing was written over',
    data: { path },
    exitCode: exitCodes.preflightFailed,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The inventory with what the logs say now; ticks and notes stay, callers that are not seen any more too. */
export async function mergeInventory(
  before: Inventory | undefined,
  callers: AsyncIterable<CallerHits>,
): Promise<{ readonly entries: InventoryEntry[]; readonly seen: ReadonlySet<string> }> {
  const entries = new Map(before ?? []);
  const seen = new Set<string>();
  for await (const caller of callers) {
    const key = callerKey(caller);
    seen.add(key);
    const known = entries.get(key);
    entries.set(key, { ...caller, ticked: known?.ticked ?? false, note: known?.note ?? '' });
  }
  return {
    entries: [...entries.values()].sort((a, b) => b.hits - a.hits || (callerKey(a) < callerKey(b) ? -1 : 1)),
    seen,
  };
}

const quote = (text: string): string =>
  // JSON's escapes are TOML's, except for the one character that JSON leaves as it is.
  JSON.stringify(text).replaceAll('\u007f', '\\u007f');

export function inventoryAsToml(entries: readonly InventoryEntry[]): string {
  const head = [
    '# Who else calls the legacy site. Tick each caller off once its owner knows of the move (or nobody minds that it',
    '# ends): ticked = true, with who and what in note. The same command again adds what is new and keeps your ticks.',
  ];
  const tables = entries.map(({ agent, from, method, path, hits, firstSeen, lastSeen, ticked, note }) =>
    [
      '[[caller]]',
      `agent = ${quote(agent)}`,
      `from = ${quote(from)}`,
      `method = ${quote(method)}`,
      `path = ${quote(path)}`,
      `hits = ${hits}`,
      `firstSeen = ${quote(firstSeen)}`,
      `lastSeen = ${quote(lastSeen)}`,
      `ticked = ${ticked}`,
      `note = ${quote(note)}`,
    ].join('\n'),
  );
  return `${head.join('\n')}\n\n${tables.join('\n\n')}${tables.length === 0 ? '' : '\n'}`;
}

/** Whether everybody who was seen in the logs is ticked off. */
export function checkCallers(
  entries: readonly InventoryEntry[],
  seen: ReadonlySet<string>,
  before: Inventory | undefined,
  facts: CallerFacts,
): Check {
  const findings = new FindingList();
  let open = 0;
  for (const entry of entries) {
    const key = callerKey(entry);
    if (!seen.has(key) || entry.ticked) continue;
    open++;
    const { agent, from, method, path, hits, lastSeen } = entry;
    findings.add({
      code: before?.has(key) === true ? 'caller-not-ticked' : 'caller-new',
      message: `${agent} from ${from}: ${method} ${path}, ${hits} times, last on ${lastSeen === '' ? 'an unknown day' : lastSeen}`,
      subject: key,
      next: 'find its owner, agree on what becomes of it, and tick it off in the inventory',
    });
  }
  return concludeCheck({
    id: 'callers',
    title: 'Everybody who calls the site is known and ticked off',
    looked: facts.counted,
    expected: 0,
    actual: open,
    findings,
    evidence: { ...facts, callers: seen.size },
    couldNotTell:
      facts.unreadable > 0
        ? `${facts.unreadable} lines are no lines of an access log, the first in ${facts.firstUnreadable}`
        : undefined,
  });
}
