import type { passwordAlgorithms } from '../target/private-sheets.ts';

export type PasswordAlgorithm = (typeof passwordAlgorithms)[number];

/** By which algorithm a legacy hash was made: unsalted SHA-1 in hex, bcrypt in its three spellings, argon2id. */
export function passwordAlgorithm(hash: string): PasswordAlgorithm {
  if (/^[0-9a-f]{40}$/i.test(hash)) return 'sha1';
  if (/^\$2[aby]\$\d\d\$[./0-9A-Za-z]{53}$/.test(hash)) return 'bcrypt';
  if (hash.startsWith('$argon2id$')) return 'argon2id';
  return 'unknown';
}
