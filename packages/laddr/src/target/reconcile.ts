import type { Finding } from '@cutover/core';
import type { ReconcileRule } from '@cutover/records';

/** Who gets the newsletter can leave it by a link, and nobody else holds such a link. */
const newsletterToken: ReconcileRule = {
  id: 'newsletter-token',
  title: 'Everybody who gets the newsletter has an unsubscribe token, and nobody else',
  sheet: 'people',
  check(record, { profiles: profile }) {
    if (profile === undefined) return undefined;
    const subscribed = profile['newsletter'] === true;
    const hasToken = typeof profile['unsubscribeToken'] === 'string' && profile['unsubscribeToken'] !== '';
    if (subscribed === hasToken) return [];
    return [
      subscribed
        ? finding('newsletter-without-token', record.id, 'gets the newsletter and cannot unsubscribe')
        : finding('token-without-newsletter', record.id, 'has an unsubscribe token and gets no newsletter'),
    ];
  },
};

/** Once an account is claimed by other means, a password of the old site must not open it. */
const drainedPassword: ReconcileRule = {
  id: 'drained-password',
  title: 'No legacy password is left where the account was claimed through GitHub',
  sheet: 'people',
  check(record, { profiles: profile, 'legacy-passwords': password }) {
    if (password === undefined) return undefined;
    return typeof profile?.['githubUserId'] === 'string'
      ? [finding('password-not-drained', record.id, 'was claimed through GitHub and keeps a legacy password')]
      : [];
  },
};

const disabledPassword: ReconcileRule = {
  id: 'disabled-password',
  title: 'No legacy password is left where the account was disabled on the new site',
  sheet: 'people',
  check(record, { profiles: profile, 'legacy-passwords': password }) {
    if (password === undefined) return undefined;
    return profile?.['disabled'] === true
      ? [finding('password-of-disabled', record.id, 'is disabled and keeps a legacy password')]
      : [];
  },
};

function finding(code: string, id: string, what: string): Finding {
  return {
    code,
    message: `people ${id} ${what}`,
    subject: id,
    next: 'put the record right in the private store',
  };
}

export const reconcileRules: readonly ReconcileRule[] = [newsletterToken, drainedPassword, disabledPassword];
