import type { Sheet, StoredRecord, Target } from '@cutover/records';
import { describe, expect, it } from 'vitest';
import {
  type ActualNameId,
  checkNameIds,
  checkPrivateValues,
  checkRedirectRules,
  type ExpectedNameId,
} from '../src/index.ts';

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

describe('the NameID check', () => {
  const expected: ExpectedNameId[] = [
    { row: 'people/1', id: 'a', value: 'Jane.Doe' },
    { row: 'people/2', id: 'b', value: 'jane_doe' },
    { row: 'people/3', id: 'c', value: null },
  ];
  const actual: ActualNameId[] = [
    { id: 'a', value: 'Jane.Doe' },
    { id: 'b', value: 'jane_doe' },
  ];
  const check = (now: ActualNameId[], then = expected) => checkNameIds(stream(then), stream(now));

  it('holds byte for byte, and counts who has none', async () => {
    expect(await check(actual)).toMatchObject({
      outcome: 'holds',
      looked: 2,
      evidence: { peopleWithoutNameId: 1 },
    });
  });

  it.each<[string, ActualNameId[], string]>([
    ["one letter's case", [{ id: 'a', value: 'jane.Doe' }, actual[1]!], 'name-id-changed'],
    ['a slug in its place', [{ id: 'a', value: 'jane-doe' }, actual[1]!], 'name-id-changed'],
    ['a lost one', [actual[1]!], 'name-id-missing'],
    ['one for a person who had none', [...actual, { id: 'c', value: 'x' }], 'name-id-invented'],
    ['one for a person nobody knows', [...actual, { id: 'z', value: 'x' }], 'name-id-invented'],
    [
      'a normalised letter',
      [{ id: 'a', value: 'Jane.Doe'.normalize('NFKD').concat('\u0301') }, actual[1]!],
      'name-id-changed',
    ],
  ])('fails on %s', async (_name, now, code) => {
    const found = await check(now);
    expect([found.outcome, found.findings[0]?.code]).toEqual(['fails', code]);
  });

  it('fails where two people share one', async () => {
    const shared = await check(
      [
        { id: 'a', value: 'x' },
        { id: 'b', value: 'x' },
      ],
      [
        { row: 'people/1', id: 'a', value: 'x' },
        { row: 'people/2', id: 'b', value: 'x' },
      ],
    );
    expect(shared.findings[0]?.code).toBe('name-id-shared');
  });

  it('counts values that the legacy collation took for one', async () => {
    const alike = [
      { row: 'people/1', id: 'a', value: 'José' },
      { row: 'people/2', id: 'b', value: 'JOSE' },
    ];
    expect(await check(alike, alike)).toMatchObject({
      outcome: 'holds',
      evidence: { alikeUnderLegacyCollation: 1 },
    });
  });

  it('is unknown where nobody has one', async () => {
    expect((await check([], [{ row: 'people/3', id: 'c', value: null }])).outcome).toBe('unknown');
  });
});

describe('the private-values check', () => {
  const sheets = [{ name: 'people', freeText: ['about'] }] as unknown as Sheet[];
  const hash = '317f1e761f2faa8da781a4762b9dcc2c5cad209a';
  const contacts = ['Me@example.org', '2155550100', '12345', '0f0e1234-5678-8901-8234-567890123456'];
  const check = (toml: string, secrets: string[] = [hash]) =>
    checkPrivateValues({
      records: stream([{ path: 'people/3f/x.toml', sheet: 'people', bytes: Buffer.from(toml) }]),
      sheets,
      secrets: stream(secrets),
      contacts: stream(contacts),
    });

  it('holds over a clean tree, a commit hash and an address in a free text included', async () => {
    const clean = `about = "write to me@example.org or +1 (215) 555-0100, see d033e22ae348aeb5660fc2140aec35850c4da997"\nupdatedAt = "2020-01-02T03:04:05Z"\nurl = "https://example.org/a/12345678901"\nname = "office@example.org"\nid = "0f0e1234-5678-8901-8234-567890123456"\n`;
    expect(await check(clean)).toMatchObject({
      outcome: 'holds',
      evidence: { secretsSearched: 1, contactsSearched: 2, 'written-in-public-text': 2 },
    });
  });

  it.each([
    ['a password hash', `about = "${hash}"\n`, 'secret-in-public'],
    ['a private address in a field that is no free text', 'name = "me@EXAMPLE.org"\n', 'contact-in-public'],
    [
      'a private phone number in a field that is no free text',
      'name = "+1 (215) 555-0100"\n',
      'contact-in-public',
    ],
  ])('fails on %s', async (_name, toml, code) => {
    const found = await check(toml);
    expect([found.outcome, found.findings[0]?.code]).toEqual(['fails', code]);
    expect(JSON.stringify(found)).not.toContain(hash);
    expect(JSON.stringify(found)).not.toContain('me@example.org');
  });

  it('finds a bcrypt hash and a token, and counts what is too short to look for', async () => {
    const bcrypt = '$2y$10$abcdefghijklmnopqrstuuKqvGHgJ7lZ0b2C5y1n3oVXx8rG2fG1q';
    expect((await check(`about = "x ${bcrypt}"\n`, [bcrypt])).outcome).toBe('fails');
    expect(await check('about = "abc"\n', ['abc'])).toMatchObject({
      outcome: 'holds',
      evidence: { secretsTooShortToSearch: 1 },
    });
  });

  it('is unknown over an empty tree', async () => {
    expect(
      (
        await checkPrivateValues({
          records: stream([]),
          sheets,
          secrets: stream([hash]),
          contacts: stream(contacts),
        })
      ).outcome,
    ).toBe('unknown');
  });
});

describe('the redirect-rules check', () => {
  const target = { sheets: [{ name: 'things', indexes: { slug: 'exact' } }] } as unknown as Target;
  const records = { things: [{ id: '1', slug: 'one' } as StoredRecord] };
  const cases = [
    { url: '/old/one', status: 301, location: '/new/one' },
    { url: '/old/none', status: 404 },
    { url: '/new/one', status: 200 },
  ];
  const rules = (prefix: string) => ({
    resolve: (
      { segments }: { segments: readonly string[] },
      find: { find(s: string, i: string, v: string): unknown },
    ) =>
      segments[0] === 'new'
        ? undefined
        : find.find('things', 'slug', segments[1]!) === undefined
          ? ({ status: 404 } as const)
          : ({ status: 301, location: `${prefix}${segments[1]}` } as const),
    examples: { records, cases },
  });

  it('holds where the rules answer as the list says, and catches a wrong rule', () => {
    expect(checkRedirectRules(rules('/new/'), target)).toMatchObject({ outcome: 'holds', looked: 3 });
    const wrong = checkRedirectRules(rules('/news/'), target);
    expect([wrong.outcome, wrong.findings[0]?.code]).toEqual(['fails', 'redirect-rule-wrong']);
  });

  it('is unknown without a list', () => {
    expect(checkRedirectRules({ ...rules('/new/'), examples: { records, cases: [] } }, target).outcome).toBe(
      'unknown',
    );
  });
});
