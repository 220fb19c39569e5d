import { parseLegacyRequest, RecordIndexes } from '@cutover/records';
import { describe, expect, it } from 'vitest';
import { wordpress } from '../src/index.ts';
import { matchPermalink } from '../src/urls/structure.ts';

const { records, cases } = wordpress.urls.examples;
const indexes = new RecordIndexes(wordpress.target.sheets);
for (const [sheet, list] of Object.entries(records)) for (const record of list) indexes.add(sheet, record);

describe('the hand-written list of legacy URLs', () => {
  it('is of records that the new site could hold', () => {
    for (const [name, list] of Object.entries(records)) {
      const { schema } = wordpress.target.sheets.find((sheet) => sheet.name === name)!;
      for (const record of list) expect(schema.safeParse(record).error?.issues).toBeUndefined();
    }
    expect(cases.length).toBeGreaterThan(25);
  });

  it.each(cases)('$url is $status $location', ({ url, status, location }) => {
    const answer = wordpress.urls.resolve(parseLegacyRequest(url), indexes);
    const actual = answer !== undefined && 'location' in answer ? answer.location : undefined;
    expect([answer?.status ?? 200, actual]).toEqual([status, location]);
  });

  it('leads to the site of the Host header, where the URL has none', () => {
    const at = (host?: string) => wordpress.urls.resolve(parseLegacyRequest('/?p=7', host), indexes);
    expect(at()).toMatchObject({ location: '/sites/main/posts/hello-world' });
    expect(at('shop.example.org:443')).toMatchObject({ location: '/sites/site-3/posts/7-sails' });
  });

  it('answers nothing where there is no site at all', () => {
    const none = new RecordIndexes(wordpress.target.sheets);
    expect(wordpress.urls.resolve(parseLegacyRequest('/?p=7'), none)).toBeUndefined();
  });
});

describe('a pattern of permalinks', () => {
  it.each([
    ['/%postname%/', 'a', { name: 'a' }],
    ['/%postname%/', 'a/b', undefined],
    ['/%postname%', 'a/2', { name: 'a' }],
    ['/%year%/%postname%', '19/a', undefined],
    ['/%category%/%postname%/', 'a/b/c', { name: 'c' }],
    ['/archives/%post_id%', 'archives/12', { id: '12' }],
    ['/archives/%post_id%', 'archives/x', undefined],
    ['/a.b/%postname%.html', 'axb/y.html', undefined],
    ['/a.b/%postname%.html', 'a.b/y.html', { name: 'y' }],
    ['/%year%/%author%/%colour%/%post_id%-%postname%', '2019/ann/red/7-a', { id: '7', name: 'a' }],
    ['/%postname%/%postname%', 'a/a', { name: 'a' }],
    ['/index.php/%postname%', 'a', { name: 'a' }],
  ])('%s finds in %s %j', (structure, path, found) => {
    expect(matchPermalink(structure, path)).toEqual(found);
  });
});
