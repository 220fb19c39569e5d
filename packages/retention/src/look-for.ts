import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { plainBytes } from '@cutover/mysqldump';

/** What is looked for. Texts are looked through in stretches that overlap, so that nothing falls between. */
export interface Needles {
  /** Characters; more than the longest of them. */
  readonly overlap: number;
  find(text: string, found: Set<string>): void;
}

/** Texts wherever they stand, however they are capitalised. Few. */
export function textNeedles(texts: Iterable<string>): Needles {
  const folded = [...new Set([...texts].map((text) => text.toLowerCase()))].filter((text) => text !== '');
  return {
    overlap: Math.max(0, ...folded.map(({ length }) => length)),
    find(text, found) {
      const low = text.toLowerCase();
      for (const needle of folded) if (low.includes(needle)) found.add(needle);
    },
  };
}

/** Password hashes, as many as there are, by what stands behind their last `$`: it is of letters, digits, `.` and `/`. */
export function hashNeedles(hashes: Iterable<string>): Needles {
  const tails = new Set<string>();
  for (const hash of hashes) {
    const tail = hash.slice(hash.lastIndexOf('$') + 1);
    if (tail.length >= 16) tails.add(tail);
  }
  return {
    overlap: 256,
    find(text, found) {
      // `\/` is how JSON may write a slash.
      for (const [token] of text.replaceAll('\\/', '/').matchAll(/[A-Za-z0-9./+]{16,}/g))
        if (tails.has(token)) found.add(token);
    },
  };
}

export interface LookResult {
  readonly files: number;
  /** Where something was found, and how many different ones of what was looked for. */
  readonly found: readonly { readonly path: string; readonly needles: number }[];
  /** What could not be looked into, and why. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
}

/**
 * Looks into files, and into folders whole, for what should be there no more. Compressed files are read through
 * (gzip, bzip2, xz, zstd); archives of several files and encrypted ones are not. Throws CutoverError
 * `look-in-missing`.
 */
export async function lookFor(paths: readonly string[], needles: Needles): Promise<LookResult> {
  const found: { path: string; needles: number }[] = [];
  const unread: { path: string; why: string }[] = [];
  let files = 0;
  for (const root of paths) {
    for (const path of await filesBelow(root)) {
      files++;
      try {
        const here = await lookInto(path, needles);
        if (here > 0) found.push({ path, needles: here });
      } catch (error) {
        unread.push({ path, why: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return { files, found, unread };
}

async function filesBelow(root: string): Promise<string[]> {
  const info = await stat(root).catch((cause: unknown) => {
    throw new CutoverError('look-in-missing', `there is nothing at ${root} to look into`, {
      next: 'give files or folders that are there',
      exitCode: exitCodes.usage,
      cause,
    });
  });
  if (!info.isDirectory()) return [root];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

async function lookInto(path: string, needles: Needles): Promise<number> {
  const found = new Set<string>();
  let before = '';
  for await (const chunk of plainBytes(path)) {
    const text = before + Buffer.from(chunk).toString('latin1');
    needles.find(text, found);
    before = needles.overlap === 0 ? '' : text.slice(-needles.overlap);
  }
  return found.size;
}
