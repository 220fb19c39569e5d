import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/** Removes what is there under a name, links themselves and not where they lead; nothing there is fine. */
export function removeTree(at: Buffer): void {
  try {
    rmSync(at, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    openFolders(at);
    rmSync(at, { recursive: true, force: true });
  }
}

/** Folders that even their owner may not write to are opened first. */
function openFolders(at: Buffer): void {
  if (!lstatSync(at).isDirectory()) return;
  chmodSync(at, 0o700);
  for (const name of readdirSync(at, { encoding: 'latin1' }))
    openFolders(Buffer.concat([at, Buffer.from(`/${name}`, 'latin1')]));
}

/** The same for whole trees, letting others have their turn meanwhile. */
export async function removeSlowly(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    removeTree(Buffer.from(path));
  }
}
