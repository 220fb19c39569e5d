import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { assertInside, shown } from '../tree/entry.ts';
import { absolute, isGone, rootOf, scanTree } from '../tree/scan.ts';
import type { Census } from '../wire/messages.ts';
import { type MoveState, stagingDir } from './staging.ts';

const shownNames = 20;
const ofFinished = ['generations', 'move.json', 'sha256sums'];

/** How a move stands on this side. Reads only, and takes no lock: another process may be at work. */
export function takeCensus(root: string, site: string, move: string, empty: readonly string[]): Census {
  const dir = stagingDir(root, site);
  const state = stateOf(dir);
  const mine = state?.move === move ? state : undefined;
  const target = join(root, site);
  const endedMs = mine?.done === undefined ? Infinity : Date.parse(mine.done.finishedAt);
  const names = existsSync(dir) ? readdirSync(dir) : [];
  return {
    type: 'census',
    phase: mine?.phase ?? 'unknown',
    live: existsSync(target),
    leftovers: names.filter((name) => !ofFinished.includes(name)),
    empty: empty.map((path) => ({ path, ...olderIn(target, path, endedMs) })),
  };
}

/** Names whose inode was made or changed before the move had ended: it was that which brought them. */
function olderIn(target: string, path: string, endedMs: number): { older: string[]; olderTotal: number } {
  const bytes = Buffer.from(path).toString('latin1').replace(/\/+$/, '');
  assertInside(bytes);
  const older: string[] = [];
  let olderTotal = 0;
  try {
    const folder = absolute(rootOf(target), bytes);
    // A link in it would show what lies elsewhere.
    if (!`${realpathSync(folder)}/`.startsWith(`${realpathSync(target)}/`))
      return { older: ['it leads out of the site'], olderTotal: 1 };
    if (!lstatSync(folder).isDirectory()) return { older, olderTotal };
    for (const entry of scanTree(`${target}/${path}`)) {
      if (Number(BigInt(entry.ctimeNs) / 1_000_000n) > endedMs) continue;
      olderTotal++;
      if (older.length < shownNames) older.push(shown(entry.path));
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  return { older, olderTotal };
}

function stateOf(dir: string): MoveState | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'move.json'), 'utf8')) as MoveState;
  } catch {
    return undefined;
  }
}
