import type { MailPart, MailTemplate } from '@cutover/records';

const reminder: MailTemplate = {
  subject: 'Your account has moved with us',
  preview: 'Link it to GitHub, and everything you made is yours again.',
  blocks: [
    { paragraph: 'Hello {name},' },
    {
      paragraph:
        'the site at {host} has a new home, and your account came along: your profile, your projects and what you wrote are there. You have not signed in since.',
    },
    {
      paragraph:
        'Signing in is with GitHub now. This link is yours alone and shows that the account is yours:',
    },
    { button: 'Take over my account', link: 'claim' },
    {
      paragraph:
        'The link works until {until}. If you do not want the account any more, you need not do anything.',
    },
  ],
  footer: 'You get this once, because this address belongs to an account at {host}.',
};

const passwordsEnd: MailTemplate = {
  subject: 'Your old password will be removed',
  preview: 'Your account stays; its old password does not.',
  blocks: [
    { paragraph: 'Hello {name},' },
    {
      paragraph:
        'you have an account at {host} that nobody has signed in to since the site moved. We will remove its old password soon, so that it cannot be stolen. The account itself stays.',
    },
    { paragraph: 'With this link you can take it over with GitHub before that:' },
    { button: 'Take over my account', link: 'claim' },
    {
      paragraph: 'The link works until {until}. After that, staff can still give you the account on request.',
    },
  ],
  footer: 'You get this once, because this address belongs to an account at {host}.',
};

const given = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;

/** NULL and no newsletter column count as no newsletter, so that alone is no wish to hear nothing about the account. */
export const mail: MailPart = {
  sheet: 'profiles',
  addressField: 'email',
  nameOf: (record) => given(record['preferredName']) ?? given(record['firstName']),
  consent(current) {
    if ((current['unsubscribedAt'] ?? null) !== null) return 'unsubscribed';
    return current['newsletter'] === true ? 'subscribed' : 'not-subscribed';
  },
  unsubscribe({ unsubscribeToken: _token, ...current }, now) {
    return {
      ...current,
      id: current.id,
      newsletter: false,
      unsubscribedAt: current['unsubscribedAt'] ?? now,
    };
  },
  templates: { reminder, 'passwords-end': passwordsEnd },
};
