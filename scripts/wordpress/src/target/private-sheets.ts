import type { PrivateSheet } from '@cutover/records';
import { z, type ZodType } from 'zod';

type Loose = ZodType<Record<string, unknown>>;
const text = z.string();

export const privateSheets: readonly PrivateSheet[] = [
  {
    name: 'profiles',
    schema: z.strictObject({
      id: text,
      login: text.min(1),
      email: text.optional(),
      registeredAt: text.optional(),
      // Written by the new side only.
      signedInAt: text.optional(),
    }) as unknown as Loose,
    of: 'authors',
    everyRecord: true,
    owners: { email: 'new-side-after-claim', login: 'new-side-after-claim' },
  },
  {
    name: 'legacy-passwords',
    schema: z.strictObject({ id: text, hash: text.min(1) }) as unknown as Loose,
    of: 'authors',
    everyRecord: false,
    owners: { hash: 'new-side-after-claim' },
  },
  {
    name: 'commenters',
    schema: z.strictObject({ id: text, email: text }) as unknown as Loose,
    of: 'comments',
    everyRecord: false,
    owners: {},
  },
];
