import type { CanaryValues, ScrubRules, StoredRecord } from '@cutover/records';
import type { ScrubKey } from '../key.ts';

/** As many people who do not exist as make up a group, so that they do not stand out. */
export const canaryCount = 5;
const idsEach = 16;

/** Values of the people who do not exist; with the key they can be told again. */
export function canaryValues(key: ScrubKey): CanaryValues[] {
  return Array.from({ length: canaryCount }, (_, index) => {
    const hex = (use: string) => key.digest(`canary-${use}`, index).toString('hex');
    const letters = (use: string, count: number) =>
      [...key.digest(`canary-${use}`, index).subarray(0, count)]
        .map((byte) => 'bcdfghjklmnpqrstvwxz'[byte % 20]!)
        .join('');
    const handle = `q${letters('handle', 11)}`;
    const email = `q${letters('email', 11)}@q${letters('host', 9)}.test`;
    const phone = `2${String(key.digest('canary-phone', index).readUInt32LE(0)).padStart(10, '0').slice(-9)}`;
    const own = ['a', 'b', 'c', 'd', 'e', 'f'].map((use) => `q${letters(use, 8)}`);
    return {
      ids: Array.from({ length: idsEach }, (_, n) => uuidOf(hex(`id-${n}`))),
      legacyId: 900_000_000 + (key.digest('canary-legacy', index).readUInt32LE(0) % 90_000_000),
      handle,
      firstName: `Q${letters('first', 9)}`,
      lastName: `Q${letters('last', 9)}`,
      email,
      phone,
      text: `${own.join(' ')}: write to ${email} or call ${phone}, says @${handle}, see /${handle}.`,
      time: '2015-06-15T12:34:56Z',
    };
  });
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The records that the profile makes of them. */
export function canaryRecords(
  key: ScrubKey,
  rules: ScrubRules,
): { readonly sheet: string; readonly record: StoredRecord }[] {
  return canaryValues(key).flatMap((values) => [...(rules.canary?.(values) ?? [])]);
}
