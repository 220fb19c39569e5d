import type { PrivateRecord, StoredRecord } from '@cutover/records';
import { describe, expect, it } from 'vitest';
import { laddrTarget } from '../src/index.ts';

const id = '00000000-0000-8000-8000-000000000001';
const person: StoredRecord = { id, slug: 'jane', accountLevel: 'User' };
const password: PrivateRecord = { id, hash: 'x' };

/** Codes of the findings of all rules about one person. */
function codes(profile: Record<string, string | boolean>, legacyPassword?: PrivateRecord): string[] {
  return laddrTarget.reconcile.flatMap((rule) =>
    (rule.check(person, { profiles: { id, ...profile }, 'legacy-passwords': legacyPassword }) ?? []).map(
      ({ code }) => code,
    ),
  );
}

describe('rules between the stores', () => {
  it('have nothing to say where all is well', () => {
    expect(codes({ newsletter: true, unsubscribeToken: 't' }, password)).toEqual([]);
    expect(codes({ newsletter: false })).toEqual([]);
    expect(codes({ newsletter: false, githubUserId: '7' })).toEqual([]);
    expect(codes({ newsletter: false, disabled: true })).toEqual([]);
    expect(codes({ newsletter: false, disabled: false }, password)).toEqual([]);
  });

  it.each([
    ['a subscriber without a way out', { newsletter: true }, undefined, 'newsletter-without-token'],
    ['an empty token', { newsletter: true, unsubscribeToken: '' }, undefined, 'newsletter-without-token'],
    [
      'a token without a subscription',
      { newsletter: false, unsubscribeToken: 't' },
      undefined,
      'token-without-newsletter',
    ],
    [
      'a password of an account claimed by other means',
      { newsletter: false, githubUserId: '7' },
      password,
      'password-not-drained',
    ],
    [
      'a password of a disabled account',
      { newsletter: false, disabled: true },
      password,
      'password-of-disabled',
    ],
  ] as const)('see %s', (_name, profile, legacyPassword, code) => {
    expect(codes(profile, legacyPassword)).toEqual([code]);
  });

  it('do not apply to somebody without a profile', () => {
    for (const rule of laddrTarget.reconcile) expect(rule.check(person, {})).toBeUndefined();
  });

  it('never name a private value', () => {
    const findings = laddrTarget.reconcile.flatMap(
      (rule) =>
        rule.check(person, {
          profiles: {
            id,
            newsletter: false,
            unsubscribeToken: 'secret-token',
            disabled: true,
            githubUserId: 'secret-github',
          },
          'legacy-passwords': { id, hash: 'secret-hash' },
        }) ?? [],
    );
    expect(findings.length).toBe(3);
    expect(JSON.stringify(findings)).not.toContain('secret');
  });
});

describe('profiles', () => {
  const profiles = laddrTarget.privateSheets.find(({ name }) => name === 'profiles')!;

  it('get an unsubscribe token with the newsletter, and none without', () => {
    expect(profiles.onInsert!({ id, newsletter: true }, () => 'new')).toMatchObject({
      unsubscribeToken: 'new',
    });
    expect(profiles.onInsert!({ id, newsletter: false }, () => 'new')).not.toHaveProperty('unsubscribeToken');
    expect(profiles.onInsert!({ id, newsletter: true, unsubscribeToken: 'old' }, () => 'new')).toMatchObject({
      unsubscribeToken: 'old',
    });
  });

  it('belong to the new side in part, and an opt-out wins from either', () => {
    expect(profiles.owners).toEqual({ email: 'new-side-after-claim', newsletter: 'opt-out' });
    expect(laddrTarget.claimed).toEqual({ sheet: 'profiles', field: 'signedInAt' });
  });
});

describe('accounts', () => {
  it.each(['User', 'Staff', 'Administrator', 'Developer'])('%s may sign in', (accountLevel) => {
    expect(laddrTarget.accounts!.refusal({ id, accountLevel }, {})).toBeUndefined();
  });

  it('does not let in whoever was disabled on the new site', () => {
    const refusal = laddrTarget.accounts!.refusal(
      { id, accountLevel: 'User' },
      { profiles: { id, disabled: true } },
    );
    expect(refusal).toBeTypeOf('string');
  });

  it.each(['Disabled', 'Contact', undefined, 'Root'])('%s may not', (accountLevel) => {
    expect(laddrTarget.accounts!.refusal({ id, accountLevel }, {})).toBeTypeOf('string');
  });
});

describe('sheets', () => {
  const sheets = new Map(laddrTarget.sheets.map((sheet) => [sheet.name, sheet]));

  it.each([
    ['a field that is not known', { email: 'x@example.org' }],
    ['a link that runs', { usersUrl: 'javascript:alert(1)' }],
    ['a slug with a slash', { slug: 'a/b' }],
    ['a timestamp of MySQL', { createdAt: '2019-01-02 03:04:05' }],
    ['an id that is no UUID', { id: '7' }],
    ['a stage that is not known', { stage: 'Dreaming' }],
  ])('refuse %s', (_name, wrong) => {
    const { schema } = sheets.get('projects')!;
    const right = { id, slug: 'laddr', title: 'Laddr' };
    expect(schema.safeParse(right).success).toBe(true);
    expect(schema.safeParse({ ...right, ...wrong }).success).toBe(false);
  });

  it('refer to sheets and index fields that there are', () => {
    for (const sheet of sheets.values()) {
      for (const to of Object.values(sheet.references))
        expect(sheets.has(to), `${sheet.name} → ${to}`).toBe(true);
    }
    for (const { sheet } of laddrTarget.routes) expect(sheets.has(sheet)).toBe(true);
  });
});
