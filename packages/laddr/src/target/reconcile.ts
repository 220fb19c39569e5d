import type { Finding } from '@cutover/core';
import type { PrivateRecord, ReconcileRule } from '@cutover/records';

const subscribed = (profile: PrivateRecord | undefined): boolean => profile?.['newsletter'] === true;
const hasToken = (profile: PrivateRecord | undefined): boolean =>
  typeof profile?.['unsubscribeToken'] === 'string' && profile['unsubscribeToken'] !== '';

/** Who gets the newsletter can leave it by a link, and nobody else holds such a link. */
const newsletterToken: ReconcileRule = {
  id: 'newsletter-token',
  title: 'Everybody who gets the newsletter has an unsubscribe token, and nobody else',
  sheet: 'people',
  repairs: ['regenerate-token'],
  check(record, { profiles: profile }) {
    if (profile === undefined) return undefined;
    if (subscribed(profile) === hasToken(profile)) return [];
    return [
      subscribed(profile)
        ? finding('newsletter-without-token', record.id, 'gets the newsletter and cannot unsubscribe')
        : finding(
            'token-without-newsletter',
            record.id,
            'has an unsubscribe token and gets no newsletter',
            `where the person wants no newsletter: cutover private unset profiles ${record.id} unsubscribeToken`,
          ),
    ];
  },
  /** A missing token is made; one too many may be in a mail that somebody still has, so a human decides. */
  repair: (_record, { profiles: profile }) =>
    subscribed(profile) && !hasToken(profile)
      ? {
          class: 'regenerate-token',
          sheet: 'profiles',
          afterWatch: false,
          change: (current, token) =>
            current !== undefined && subscribed(current) && !hasToken(current)
              ? { ...current, unsubscribeToken: token() }
              : current,
        }
      : undefined,
};

/** Consent was withdrawn and is there nevertheless: one of the two is wrong, and only the person knows which. */
const unsubscribed: ReconcileRule = {
  id: 'unsubscribed',
  title: 'Nobody who unsubscribed gets the newsletter',
  sheet: 'people',
  check(record, { profiles: profile }) {
    if (profile === undefined) return undefined;
    return subscribed(profile) && profile['unsubscribedAt'] !== undefined
      ? [
          finding(
            'unsubscribed-yet-subscribed',
            record.id,
            'unsubscribed and gets the newsletter',
            `until the person says otherwise they get none: printf false | cutover private set profiles ${record.id} newsletter`,
          ),
        ]
      : [];
  },
};

/** Once an account is claimed by other means, a password of the old site must not open it. */
const drainedPassword: ReconcileRule = {
  id: 'drained-password',
  title: 'No legacy password is left where the account was claimed through GitHub',
  sheet: 'people',
  repairs: ['delete-drained-password'],
  check(record, { profiles: profile, 'legacy-passwords': password }) {
    if (profile === undefined && password === undefined) return undefined;
    return password !== undefined && typeof profile?.['githubUserId'] === 'string'
      ? [finding('password-not-drained', record.id, 'was claimed through GitHub and keeps a legacy password')]
      : [];
  },
  repair: (_record, { profiles: profile, 'legacy-passwords': password }) =>
    password !== undefined && typeof profile?.['githubUserId'] === 'string'
      ? {
          class: 'delete-drained-password',
          sheet: 'legacy-passwords',
          afterWatch: true,
          change: () => undefined,
        }
      : undefined,
};

const disabledPassword: ReconcileRule = {
  id: 'disabled-password',
  title: 'No legacy password is left where the account was disabled on the new site',
  sheet: 'people',
  repairs: ['delete-disabled-password'],
  check(record, { profiles: profile, 'legacy-passwords': password }) {
    if (profile === undefined && password === undefined) return undefined;
    return password !== undefined && profile?.['disabled'] === true
      ? [finding('password-of-disabled', record.id, 'is disabled and keeps a legacy password')]
      : [];
  },
  repair: (_record, { profiles: profile, 'legacy-passwords': password }) =>
    password !== undefined && profile?.['disabled'] === true
      ? {
          class: 'delete-disabled-password',
          sheet: 'legacy-passwords',
          afterWatch: true,
          change: () => undefined,
        }
      : undefined,
};

function finding(code: string, id: string, what: string, next = 'see what mends it'): Finding {
  return {
    code,
    message: `people ${id} ${what}`,
    subject: id,
    next,
  };
}

export const reconcileRules: readonly ReconcileRule[] = [
  newsletterToken,
  unsubscribed,
  drainedPassword,
  disabledPassword,
];
