import { CutoverError, exitCodes } from '@cutover/core';

/** What members are told at one stage. `{name}` stands for what only the operator knows. */
export interface Announcement {
  /** When it goes out. */
  readonly when: string;
  /** For a channel: short, and every word of it true at that moment. */
  readonly chat: string;
  /** For everybody by mail; some stages have none. */
  readonly mail?: { readonly subject: string; readonly body: string };
}

const ways =
  'You sign in with GitHub from then on. Your old password works once more, to show that the account is yours; if the address that we have of you is the one that GitHub has, you need not even that.';

export const announcements: Readonly<Record<string, Announcement>> = {
  't-7': {
    when: 'seven days before',
    chat: '{site} moves to a new home on {day} at {time}. For about {window} it will show a maintenance page, and what you change there in that time is lost. All accounts, projects and links come along. Questions: {contact}',
    mail: {
      subject: '{site} moves on {day}',
      body: `Hello,

{site} moves to a new home on {day} at {time}. For about {window} there will be a maintenance page.

What you have to do: nothing. Your account, your projects and every link to them come along, and you stay who you are in chat.

${ways}

If something is not as it was afterwards, tell us: {contact}`,
    },
  },
  't-1': {
    when: 'the day before',
    chat: 'Tomorrow, {day}, at {time}: {site} moves. Maintenance page for about {window}; finish what you are writing there before. Progress is told here.',
  },
  start: {
    when: 'when writes are frozen',
    chat: 'The move of {site} has begun. You can read there and change nothing. We expect to be done at {until}; the next word comes when that is so, or when it is not.',
  },
  postponed: {
    when: 'where the move is put off',
    chat: 'We have put off the move of {site}: {reason}. Nothing has changed, the old site is as it was, and you can write there again. A new date will be told a week before.',
    mail: {
      subject: '{site} does not move yet',
      body: `Hello,

we had told you that {site} moves on {day}. We have put that off: {reason}.

Nothing has changed. The old site is as it was. We will tell you the new date a week before.

{contact}`,
    },
  },
  live: {
    when: 'when the new side is open',
    chat: '{site} has moved. Old links lead to where they should. Sign in with GitHub; your old password still shows that an account is yours. Something missing, or a second account in chat? {contact}, tonight as well.',
    mail: {
      subject: '{site} has moved',
      body: `Hello,

{site} is at its new home: https://{newHost}

${ways}

Links from before keep working. If one does not, or if something of yours is missing, tell us: {contact}`,
    },
  },
  'rolled-back': {
    when: 'where the way back was taken',
    chat: '{site} is back on the old system: {reason}. What you did on the new one since {time} was carried back, except for what we tell its authors one by one. Sign in as you did before.',
    mail: {
      subject: '{site} is back where it was',
      body: `Hello,

we had moved {site} on {day}, and have gone back to the old system: {reason}.

Sign in as you did before. What was written on the new site has been carried back; who set a new password there signs in with the old one. If something of yours is missing, tell us: {contact}

We will try again, and tell you the date a week before.`,
    },
  },
  't+1': {
    when: 'the day after',
    chat: '{site} has been at its new home for a day. Who cannot get into an account: staff can give it back to you after a look, also where your old address is dead. {contact}',
  },
  't+80': {
    when: 'ten days before the reminder',
    chat: 'In ten days everybody whose account on {site} has not been taken over gets one mail with a link. It comes from us, and we never ask for a password in a mail.',
  },
  't+150': {
    when: 'with the mail about old passwords',
    chat: 'Passwords from the old {site} are removed on {day}. Accounts stay: with GitHub, or with the help of staff, you get into yours after that as well.',
  },
};

/** Values that stand in announcements, by name. */
export type AnnouncementValues = Readonly<Record<string, string | undefined>>;

/** Options that give the values, for messages. */
const optionOf: Readonly<Record<string, string>> = {
  site: '--site',
  newHost: '--new-host',
  contact: '--contact',
  day: '--at',
  time: '--at',
  until: '--at and --window',
  window: '--window',
  reason: '--reason',
};

/** One stage's texts, filled in. Throws CutoverError `stage-unknown` or `announcement-incomplete`. */
export function renderAnnouncement(stage: string, values: AnnouncementValues): Announcement {
  const announcement = Object.hasOwn(announcements, stage) ? announcements[stage] : undefined;
  if (announcement === undefined) {
    throw new CutoverError('stage-unknown', `there is no stage ${stage}`, {
      next: `give one of: ${Object.keys(announcements).join(', ')}`,
      exitCode: exitCodes.usage,
    });
  }
  const missing = new Set<string>();
  const fill = (text: string): string =>
    text.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
      const value = values[name];
      if (value === undefined) missing.add(optionOf[name] ?? name);
      return value ?? '';
    });
  const { when, chat, mail } = announcement;
  const filled: Announcement = {
    when,
    chat: fill(chat),
    ...(mail === undefined ? {} : { mail: { subject: fill(mail.subject), body: fill(mail.body) } }),
  };
  if (missing.size === 0) return filled;
  throw new CutoverError('announcement-incomplete', `the texts of ${stage} want to know more`, {
    next: `give ${[...missing].sort().join(', ')}`,
    exitCode: exitCodes.usage,
  });
}

/** Day, time and end of the window as members read them, in one time zone that is named. */
export function whenOf(at: Date, windowMinutes: number, timeZone: string): AnnouncementValues {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full' });
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const hours = Math.floor(windowMinutes / 60);
  const minutes = windowMinutes % 60;
  const parts = [
    ...(hours === 0 ? [] : [hours === 1 ? 'one hour' : `${hours} hours`]),
    ...(minutes === 0 ? [] : [`${minutes} minutes`]),
  ];
  return {
    day: day.format(at),
    time: time.format(at),
    until: time.format(new Date(at.getTime() + windowMinutes * 60_000)),
    window: parts.join(' and '),
  };
}
