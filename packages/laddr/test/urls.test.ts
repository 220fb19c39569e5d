import { parseLegacyRequest, RecordIndexes, type UrlExample } from '@cutover/records';
import { describe, expect, it } from 'vitest';
import { laddr, laddrTarget } from '../src/index.ts';
import type { resolve } from '../src/urls/resolve.ts';

const { cases, records } = laddr.urls.examples;
const finder = new RecordIndexes(laddrTarget.sheets);
for (const [sheet, list] of Object.entries(records)) for (const record of list) finder.add(sheet, record);

/** Cases that rules answer otherwise than the hand-written file says. */
function disagreements(rules: typeof resolve): UrlExample[] {
  return cases.filter(({ url, status, location }) => {
    const answer = rules(parseLegacyRequest(url), finder);
    const actual = answer !== undefined && 'location' in answer ? answer.location : undefined;
    return (answer?.status ?? 200) !== status || actual !== location;
  });
}

describe('legacy URLs', () => {
  it('are answered as the hand-written list says', () => {
    expect(cases.length).toBeGreaterThan(150);
    expect(disagreements(laddr.urls.resolve)).toEqual([]);
  });

  it('have every form of the legacy site in the list', () => {
    const folders = new Set(cases.map(({ url }) => url.split(/[/?.]/)[1]));
    for (const folder of [
      'projects',
      'project-updates',
      'project-buzz',
      'people',
      'members',
      'users',
      'tags',
      'blog',
      'pages',
      'thumbnail',
      'media',
      'chat',
      'connectors',
      'checkin',
      'bigscreen',
      'top-members',
      'profile',
      'register',
    ]) {
      expect(folders, folder).toContain(folder);
    }
  });

  it.each([
    ['gives 302 for 301', (answer: object) => ({ ...answer, status: 302 })],
    ['sends everybody to the home page', (answer: object) => ({ ...answer, location: '/' })],
    [
      'loses the query',
      (answer: object) => ({
        ...answer,
        location: 'location' in answer ? String(answer.location).split('?')[0] : undefined,
      }),
    ],
  ])('are seen when a rule %s', (_name, change) => {
    const wrong = ((request, found) => {
      const answer = laddr.urls.resolve(request, found);
      return answer !== undefined && 'location' in answer ? change(answer) : answer;
    }) as typeof resolve;
    expect(disagreements(wrong).length).toBeGreaterThan(0);
  });

  it('are seen when a rule looks for the number before the handle', () => {
    const wrong = ((request, found) =>
      laddr.urls.resolve(request, {
        byId: (sheet, id) => found.byId(sheet, id),
        find: (sheet, index, value) =>
          index === 'legacyHandle' && /^\d+$/.test(value) ? undefined : found.find(sheet, index, value),
      })) as typeof resolve;
    expect(disagreements(wrong).map(({ url }) => url)).toContain('/projects/311');
  });

  it('lead to one place in one hop: a Location is answered by a page, never by another rule', () => {
    const locations = new Set(cases.flatMap(({ location }) => location ?? []));
    expect(locations.size).toBeGreaterThan(20);
    for (const location of locations) {
      expect(laddr.urls.resolve(parseLegacyRequest(location), finder), location).toBeUndefined();
    }
  });

  it('never lead off the site, whatever is typed', () => {
    const hosts = [
      '//evil.example.org',
      'https://evil.example.org',
      '\\\\evil.example.org',
      '%2F%2Fevil',
      '..',
    ];
    for (const folder of [
      'projects',
      'people',
      'users',
      'tags',
      'blog',
      'media',
      'chat',
      'old-laddr',
      'team',
    ]) {
      for (const host of hosts) {
        for (const url of [
          `/${folder}/${host}`,
          `/${folder}${host}`,
          `/${folder}?channel=${host}&q=${host}`,
          `/${host}`,
        ]) {
          const answer = laddr.urls.resolve(parseLegacyRequest(url), finder);
          if (answer === undefined || !('location' in answer)) continue;
          expect(answer.location, url).toMatch(/^\/(?![/\\])[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/);
        }
      }
    }
  });
});
