import type { Profile } from '@cutover/records';

/** As much of a profile as a merge looks at; threads load it by this module. */
export const profile = {
  name: 'merged',
  sources: [],
  target: {
    privateSheets: [
      {
        name: 'profiles',
        of: 'people',
        owners: { email: 'new-side-after-claim', newsletter: 'opt-out' },
        onInsert: (record: object, token: () => string) => ({ ...record, token: token() }),
      },
    ],
    claimed: { sheet: 'profiles', field: 'signedInAt' },
    accounts: { loginPrivate: { sheet: 'profiles', field: 'email' } },
  },
} as unknown as Profile;
