import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError } from '@cutover/core';
import { removeSlowly } from '../tree/remove.ts';
import { pathsOf } from './server-record.ts';

/** Moves a server's folder to the archive. Answers its path there; of one that is there already, the newest. */
export function putAside(root: string, id: string): string {
  const { live, archived: folder } = pathsOf(root, id);
  if (!existsSync(live)) {
    const newest = existsSync(folder) ? asideOf(folder, id).at(-1) : undefined;
    if (newest !== undefined) return join(folder, newest);
    throw new CutoverError('server-unknown', `there is no server ${id} on this node`, {
      next: 'see what became of its folder; the node has not removed it',
    });
  }
  const archived = join(folder, `${id}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  renameSync(live, archived);
  return archived;
}

/** Removes a folder from the archive; one that is gone already is no error. Throws CutoverError `archive-name`. */
export async function removeAside(root: string, id: string, name: string): Promise<void> {
  if (!isAside(id, name))
    throw new CutoverError(
      'archive-name',
      `${JSON.stringify(name)} is not what an archived ${id} is called`,
      {
        next: 'give the last part of the path that the call to archive answered',
      },
    );
  await removeSlowly(join(pathsOf(root, id).archived, name));
}

/** In the order of their times. */
const asideOf = (archive: string, id: string): string[] =>
  readdirSync(archive)
    .filter((name) => isAside(id, name))
    .sort();

const isAside = (id: string, name: string): boolean =>
  name.startsWith(`${id}-`) && /^\d{4}-\d\d-\d\dT[\d-]+Z$/.test(name.slice(id.length + 1));
