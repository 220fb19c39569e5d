import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { announcements, renderAnnouncement, whenOf } from '../src/announcements.ts';
import { cutover } from './run.ts';

const values = {
  site: 'Example',
  newHost: 'example.org',
  contact: '#help',
  reason: 'a reason',
  ...whenOf(new Date('2026-03-29T00:30:00Z'), 150, 'Europe/Berlin'),
};

describe('announcements', () => {
  it.each(Object.keys(announcements))(
    '%s is whole once all is given, and is in the docs word by word',
    (stage) => {
      const { chat, mail } = renderAnnouncement(stage, values);
      expect([chat, mail?.subject, mail?.body].join()).not.toMatch(/[{}]|undefined/);
      const docs = readFileSync(
        new URL('../../../docs/operations/cutover-announcement.md', import.meta.url),
        'utf8',
      );
      const raw = announcements[stage]!;
      for (const text of [raw.chat, raw.mail?.subject, raw.mail?.body])
        if (text !== undefined) expect(docs).toContain(text);
    },
  );

  it('tells times in one zone, over the change of clocks too', () => {
    expect(values).toMatchObject({
      day: 'Sunday, 29 March 2026',
      time: '01:30 CET',
      until: '05:00 CEST',
      window: '2 hours and 30 minutes',
    });
  });
});

describe('cutover announce', () => {
  it('lists stages, and fills one in', async () => {
    const listed = await cutover(['announce']);
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringMatching(/t-7[\s\S]*live[\s\S]*t\+150/)]);
    const args = ['--site', 'Example', '--contact', '#help', '--at', '2026-03-28T20:00:00Z'];
    const ran = await cutover(['announce', '--render', 't-7', ...args]);
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringMatching(/Saturday,? 28 March 2026 at 20:00 UTC[\s\S]*about 2 hours/),
    ]);
  });

  it.each([
    ['a stage that is none', ['--render', 't-8'], /stage-unknown/],
    ['what is missing', ['--render', 'live', '--site', 'x'], /--contact, --new-host/],
    [
      'a time zone that is none',
      ['--render', 't-1', '--at', '2026-03-28', '--time-zone', 'Mars'],
      /announce-usage/,
    ],
  ])('%s is named', async (_what, args, message) => {
    const ran = await cutover(['announce', ...args]);
    expect([ran.code, ran.stderr]).toEqual([64, expect.stringMatching(message) as string]);
  });
});
