import { laddrTarget } from '@cutover/laddr';
import { readMailLink, signMailLink } from '@cutover/records';
import { describe, expect, it } from 'vitest';
import { renderMessage, safeName } from '../src/index.ts';
import { renderer, secret } from './support/campaign.ts';

const until = '2026-03-01T00:00:00.000Z';
const render = renderer(until);
const to = (name: string | undefined) => render({ id: 'p1', address: 'a@example.org', name });

describe('names', () => {
  it.each([
    ['Jane', 'Jane'],
    ['Ærøskøbing d’Été', 'Ærøskøbing d’Été'],
    ['李', '李'],
    ['  Jo \n Ann  ', 'Jo Ann'],
    ['evil\u202egnp', 'evilgnp'],
    ['Dr. No', 'Dr. No'],
    ['Buy https://spam.example', undefined],
    ['spam.example', undefined],
    ['me@spam.example', undefined],
    ['x'.repeat(61), undefined],
    ['123', undefined],
    ['\u200b', undefined],
    [undefined, undefined],
  ])('%j is %j', (name, expected) => {
    expect(safeName(name)).toBe(expected);
  });
});

describe('a mail', () => {
  it('says the same in text and HTML, with both links in each', () => {
    const { text, html, headers } = to('Jane');
    for (const part of [text, html]) {
      expect(part).toContain('Hello Jane,');
      expect(part).toContain('1 March 2026');
      expect(part.match(/https:\/\/example\.org\/claim\//g)).toHaveLength(1);
      expect(part.match(/https:\/\/example\.org\/unsubscribe\//g)).toHaveLength(1);
    }
    expect(headers).toEqual({
      'List-Unsubscribe': expect.stringMatching(
        /^<https:\/\/example\.org\/unsubscribe\/[\w-]+\.[\w-]+>$/,
      ) as string,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it('escapes names in HTML and greets those without a name', () => {
    const { html, text } = to('<b>&"\'');
    expect(html).toContain('Hello &lt;b&gt;&amp;&quot;&#39;,');
    expect(text).toContain('Hello <b>&"\',');
    expect(to(undefined).text).toContain('Hello there,');
  });

  it('has the same bytes each time, and no placeholder left, in every template', () => {
    for (const template of Object.values(laddrTarget.mail!.templates)) {
      const campaign = {
        name: 'c',
        template,
        from: 'a@b.org',
        site: 'https://example.org',
        secret,
        claimUntil: until,
      };
      const person = { id: 'p1', address: 'a@example.org', name: '{site}' };
      expect(renderMessage(campaign, person)).toEqual(renderMessage(campaign, person));
      const { subject, text } = renderMessage(campaign, { ...person, name: 'Jo' });
      expect(subject + text).not.toMatch(/[{}]/);
    }
  });

  it('refuses a template that asks for what no mail has', () => {
    const template = { subject: 'x {password}', preview: '', blocks: [], footer: '' };
    const campaign = {
      name: 'c',
      template,
      from: 'a@b.org',
      site: 'https://example.org',
      secret,
      claimUntil: until,
    };
    expect(() => renderMessage(campaign, { id: 'p', address: 'a@b.org', name: undefined })).toThrow(
      /\{password\}/,
    );
  });
});

describe('links', () => {
  const link = { purpose: 'claim', person: 'p1', campaign: 'c', until: 1000 } as const;
  const token = signMailLink(secret, link);

  it('say who and until when, and nothing after that', () => {
    expect(readMailLink(secret, 'claim', token, 999_999)).toEqual(link);
    expect(readMailLink(secret, 'claim', token, 1_000_000)).toBeUndefined();
    const forever = signMailLink(secret, { ...link, purpose: 'unsubscribe', until: 0 });
    expect(readMailLink(secret, 'unsubscribe', forever, 9e15)?.person).toBe('p1');
  });

  it.each([
    ['another purpose', secret, 'unsubscribe', token],
    ['another secret', `${secret}!`, 'claim', token],
    [
      'a changed person',
      secret,
      'claim',
      token.replace(/^[^.]+/, Buffer.from('["claim","p2","c",1000]').toString('base64url')),
    ],
    ['a cut token', secret, 'claim', token.slice(0, -1)],
    ['more than a token', secret, 'claim', `${token}.x`],
    ['nothing', secret, 'claim', ''],
  ] as const)('%s is refused', (_what, with_, purpose, given) => {
    expect(readMailLink(with_, purpose, given, 0)).toBeUndefined();
  });
});
