import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DumpError } from '../error.ts';

/** What a path of a dump leads to. Throws DumpError `file-unreadable`. */
export async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    const message = 'there is no such file, or it cannot be read';
    throw new DumpError('file-unreadable', message, { file: path }, { cause });
  }
}
