import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Declassifier,
  defineSource,
  foldHandle,
  gitsheetsPath,
  type Mapped,
  namedRows,
  parseLegacyRequest,
  parseUrlExamples,
  parseToml,
  Private,
  publicColumn,
  type PublicFields,
  recordId,
  recordPath,
  revealPrivate,
  slugify,
  writeToml,
} from '../src/index.ts';
import { hyphenate } from '../src/slug.ts';

describe('a private value', () => {
  const secret = new Private('jane@example.org');

  it.each([
    ['JSON', () => JSON.stringify({ secret })],
    ['a template', () => `${secret as unknown as string}`],
    ['concatenation', () => (secret as unknown as string) + ''],
    ['a TOML record', () => writeToml({ secret: secret as unknown as string })],
  ])('cannot be written by %s', (_name, write) => {
    expect(write).toThrow(TypeError);
  });

  it('prints no content', () => {
    expect(inspect(secret)).toBe('[private]');
    expect(Object.keys(secret)).toEqual([]);
  });

  it('does not fit a public record by type', () => {
    // @ts-expect-error a private value is no public value
    const fields: PublicFields = { email: secret };
    expect(fields).toBeDefined();
  });

  it('is opened with a reason only, and the reason is counted', () => {
    const bridge = new Declassifier();
    expect(bridge.declassify(secret, 'asked for')).toBe('jane@example.org');
    expect(() => bridge.declassify(secret, ' ')).toThrow(TypeError);
    expect(bridge.list()).toEqual({ 'asked for': 1 });
    expect(revealPrivate(secret)).toBe('jane@example.org');
  });
});

describe('a record id', () => {
  const row = { source: 'people', key: ['42'] };

  it('is a UUIDv8 and always the same', () => {
    expect(recordId('laddr', 'laddr', row)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(recordId('laddr', 'laddr', row)).toBe(recordId('laddr', 'laddr', { ...row, scope: '' }));
  });

  it('differs by profile, instance, source, scope and key, however the parts are cut', () => {
    const ids = [
      recordId('laddr', 'laddr', row),
      recordId('other', 'laddr', row),
      recordId('laddr', 'other', row),
      recordId('laddr', 'laddr', { source: 'people', scope: '2', key: ['42'] }),
      recordId('laddr', 'laddr', { source: 'people', key: ['4', '2'] }),
      recordId('laddr', 'laddr', { source: 'people4', key: ['2'] }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a reference of a source', () => {
  const source = {
    source: 'notes',
    tables: ['notes'],
    presence: 'optional',
    key: ['id'],
    columns: { id: publicColumn('the id'), member: publicColumn('the author'), blob: publicColumn('bytes') },
    map: (): Mapped => ({ outcome: 'excluded', rule: 'x' }),
  } as const;

  it('names the row whose key a column holds, and none by NULL, nothing or bytes', () => {
    const member = { source: 'members', scope: '', goesWith: true };
    const references = { member, id: { source: 'lines', goesWith: true }, blob: member };
    const values: Record<string, unknown> = { id: '7', member: '', blob: new Uint8Array(1) };
    const named = (all = values) =>
      namedRows(defineSource({ ...source, references }), '2', (column) => all[column]);
    const line = { column: 'id', row: { source: 'lines', scope: '2', key: ['7'] }, goesWith: true };
    expect(named()).toEqual([line]);
    expect(named({ ...values, member: null })).toEqual([line]);
    expect(named({ ...values, member: '1' }).map(({ row }) => row)).toContainEqual({
      ...{ source: 'members', scope: '', key: ['1'] },
    });
    expect(namedRows(defineSource(source), '', () => '1')).toEqual([]);
  });

  it('cannot be taken out of a key', () => {
    const references = { id: { source: 'lines', goesWith: false } };
    expect(() => defineSource({ ...source, references })).toThrow(/notes.id is of the key/);
  });
});

describe('a slug', () => {
  it.each([
    ['Jane.Doe', 'jane-doe'],
    ['Zoë_Müller', 'zoe-muller'],
    ['Straße', 'strasse'],
    ['Юрий', 'юрий'],
    ['İstanbul', 'istanbul'],
    ['한국어', '한국어'],
    ['--a--b--', 'a-b'],
    ['!!!', ''],
    ['CON', ''],
    ['../../etc/passwd', 'etc-passwd'],
  ])('of %s is %s', (text, slug) => {
    expect(slugify(text)).toBe(slug);
  });

  it('is a fixed point, at most 80 bytes and a file name, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const slug = slugify(text);
        expect(slugify(slug)).toBe(slug);
        expect(Buffer.byteLength(slug)).toBeLessThanOrEqual(80);
        expect(slug).not.toMatch(/[/\\.:\s]/);
      }),
    );
  });

  it('is of a plain text what the rule for all scripts makes of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 70 }), (text) => {
        const slug = hyphenate(text).replaceAll(/^-+|-+$/g, '');
        expect(slugify(text)).toBe(/^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(slug) ? '' : slug);
      }),
    );
  });

  it('folds handles as the legacy collation compared them', () => {
    expect(foldHandle('JosÉ')).toBe(foldHandle('jose'));
    expect(foldHandle('a-b')).not.toBe(foldHandle('a_b'));
  });
});

describe('canonical TOML', () => {
  it('sorts keys, leaves null out and keeps lines', () => {
    expect(writeToml({ b: 'x', a: 1, c: null, d: 'one\ntwo "\\"', e: ['t', '"'], f: true })).toBe(
      'a = 1\nb = "x"\nd = """\none\ntwo "\\\\\\""""\ne = ["t", "\\""]\nf = true\n',
    );
  });

  it('comes back as it was, for any text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }).filter((candidate) => candidate.isWellFormed()),
      fc.string({
        unit: fc.constantFrom('"', '\\', '\n', '\r', '\t', '\u0000', '\u007f', 'a', '😀', '\u2028'),
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a b'), text), (fields) => {
        expect({ ...parseToml(writeToml(fields)) }).toEqual({ ...fields });
      }),
      { numRuns: 2000 },
    );
  });

  it.each([[{ a: 1.5 }], [{ a: Number.NaN }], [{ a: '\ud800' }]])(
    'refuses what it cannot write exactly: %j',
    (fields) => {
      expect(() => writeToml(fields)).toThrow(TypeError);
    },
  );
});

describe('a record path', () => {
  const template = [{ field: 'id', first: 2 }, { field: 'slug' }];

  it('is sheet, shard and slug, and gitsheets says the same', () => {
    expect(recordPath('people', template, { id: '3f00', slug: 'jane' })).toBe('people/3f/jane.toml');
    expect(gitsheetsPath(template)).toBe('${{ id.slice(0, 2) }}/${{ slug }}');
  });

  it.each(['', '..', '.git', 'a/b', 'a\\b', 'a\nb', 7])('refuses %j as a file name', (slug) => {
    expect(() => recordPath('people', template, { id: '3f00', slug })).toThrow(TypeError);
  });
});

describe('a legacy request', () => {
  it('is split and decoded by segment, never failing', () => {
    const request = parseLegacyRequest('/people/Zo%C3%AB/%E0%A4%A/?a=1&b=%20#x');
    expect(request.segments).toEqual(['people', 'Zoë', '%E0%A4%A']);
    expect(request.query.get('b')).toBe(' ');
  });

  it.each([
    ['/?p=7', undefined, undefined, []],
    ['/?p=7', 'Blog.Example.org:8080', 'blog.example.org', []],
    ['http://Blog.example.org/a%20b?p=7', undefined, 'blog.example.org', ['a b']],
    ['https://user@blog.example.org:443?p=7', 'other.example.org', 'blog.example.org', []],
    ['/http://blog.example.org/?p=7', undefined, undefined, ['http:', 'blog.example.org']],
    ['http:///?p=7', '', undefined, ['http:']],
  ])('%s with the header %s was sent to the host %s', (target, header, host, segments) => {
    const request = parseLegacyRequest(target, header);
    expect([request.host, request.segments, request.query.get('p')]).toEqual([host, segments, '7']);
  });
});

describe('a hand-written list of legacy URLs', () => {
  it('is read line by line, comments left out', () => {
    expect(parseUrlExamples('# a comment\n\n/a\t301\t/b\nhttps://x.example/c\t404\n')).toEqual([
      { url: '/a', status: 301, location: '/b' },
      { url: 'https://x.example/c', status: 404 },
    ]);
  });

  it.each(['about\t301\t/x', '/about\tmoved', '/about'])('refuses %j', (line) => {
    expect(() => parseUrlExamples(line)).toThrow(TypeError);
  });
});
