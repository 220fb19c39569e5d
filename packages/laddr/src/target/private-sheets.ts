import type { PrivateRecord, PrivateSheet } from '@cutover/records';
import { z, type ZodType } from 'zod';
import { id, text, timestamp } from './fields.ts';

type Loose = ZodType<Record<string, unknown>>;

/** What people told the site in confidence. One a person. */
const profiles: PrivateSheet = {
  name: 'profiles',
  schema: z.strictObject({
    id,
    email: text.optional(),
    newsletter: z.boolean(),
    unsubscribeToken: text.optional(),
    unsubscribedAt: timestamp.optional(),
    gender: text.optional(),
    birthDate: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/)
      .optional(),
    phone: text.optional(),
    location: text.optional(),
    // Written by the new side only.
    signedInAt: timestamp.optional(),
    claimedAt: timestamp.optional(),
    githubUserId: text.optional(),
    disabled: z.boolean().optional(),
  }) as unknown as Loose,
  of: 'people',
  everyRecord: true,
  owners: { email: 'new-side-after-claim', newsletter: 'opt-out' },
  onInsert: withUnsubscribeToken,
};

/** Who gets the newsletter needs a way out of it that asks for no sign-in. */
function withUnsubscribeToken(record: PrivateRecord, token: () => string): PrivateRecord {
  if (record['newsletter'] !== true || typeof record['unsubscribeToken'] === 'string') return record;
  return { ...record, unsubscribeToken: token() };
}

/** Hashes as legacy had them, until the person signs in and the password is hashed anew. The format says the algorithm. */
const legacyPasswords: PrivateSheet = {
  name: 'legacy-passwords',
  schema: z.strictObject({ id, hash: text }) as unknown as Loose,
  of: 'people',
  everyRecord: false,
  owners: { hash: 'new-side-after-claim' },
};

export const privateSheets: readonly PrivateSheet[] = [profiles, legacyPasswords];
