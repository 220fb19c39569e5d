import { createHmac } from 'node:crypto';
import type { Digests } from './merge-imported.ts';

/** What the last import left in one record. */
export interface DigestLine {
  readonly id: string;
  readonly digests: Digests;
}

/** Digests of what the last import left, beside the records. */
export const importedName = (sheet: string): string => `imported/${sheet}`;

/** Keyed digest of one value of one field's record: tells whether it is the same, and nothing else. */
export function fieldDigest(
  key: Buffer,
  sheet: string,
  id: string,
  value: string | number | boolean | null,
): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([sheet, id, value]))
    .digest('base64url')
    .slice(0, 22);
}
