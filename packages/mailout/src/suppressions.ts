import { readFile } from 'node:fs/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { foldEmail, type PrivateStore } from '@cutover/stores';
import { addressDigest } from './recipients.ts';

/** Private sheet of addresses that bounced or complained. `{id: digest of the address, reason, at, campaign}` */
export const suppressionsSheet = 'mail-suppressions';

/** Addresses that must not be written to, with the reason. */
export class Suppressions {
  readonly #reasons = new Map<string, string>();

  add(address: string, reason: string): void {
    this.addDigest(addressDigest(address), reason);
  }

  addDigest(digest: string, reason: string): void {
    if (!this.#reasons.has(digest)) this.#reasons.set(digest, reason);
  }

  reasonAgainst(address: string): string | undefined {
    return this.#reasons.size === 0 ? undefined : this.#reasons.get(addressDigest(address));
  }
}

/** Adds what earlier mailouts learned: bounced and complained addresses. */
export async function addKnown(to: Suppressions, store: Pick<PrivateStore, 'read'>): Promise<void> {
  for await (const { id, ...record } of store.read(suppressionsSheet))
    to.addDigest(id, String(record['reason']));
}

/** Adds the addresses of a file, one a line, `#` begins a comment. Throws CutoverError `suppress-list-invalid`. */
export async function addFile(to: Suppressions, path: string): Promise<void> {
  for (const [number, address] of await listOf(path, 'suppress-list-missing')) {
    if (!address.includes('@')) {
      // The text may be private, so the line is named and not repeated.
      throw new CutoverError('suppress-list-invalid', `${path} line ${number} is no address`, {
        next: 'write one address a line; # begins a comment',
        data: { path, line: number },
        exitCode: exitCodes.usage,
      });
    }
    to.add(foldEmail(address), 'suppressed by the file');
  }
}

/** Lines of a list with their numbers, without comments. Throws CutoverError with `code` where there is no file. */
export async function listOf(path: string, code: string): Promise<[number, string][]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CutoverError(code, `there is no list at ${path}`, {
      next: 'give a file with one entry a line',
      data: { path },
      exitCode: exitCodes.usage,
      cause,
    });
  });
  return text
    .split('\n')
    .map((line, index): [number, string] => [index + 1, line.replace(/(^|\s)#.*/, '').trim()])
    .filter(([, line]) => line !== '');
}
