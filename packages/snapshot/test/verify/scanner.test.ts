import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldBytes, foldedWords, roomFor } from '../../src/verify/fold.ts';
import { secretsIn } from '../../src/verify/secrets.ts';
import { Scanner } from '../../src/verify/scanner.ts';

const seed = 20_261_121;
const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéàüßłØñ'];
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 4, maxLength: 12 });
const phrase = fc
  .array(word, { minLength: 1, maxLength: 4 })
  .map((words) => words.join(' '))
  .filter((text) => text.length >= 7);
/** Text without a letter of any pattern. */
const noise = fc.string({ unit: fc.constantFrom(...[...'0123456789 .,;:"\n\t()[]=#']), maxLength: 40 });

const forms: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'in capitals': (text) => text.toUpperCase(),
  'in small letters': (text) => text.toLowerCase(),
  'without accents': (text) => text.normalize('NFKD').replaceAll(/\p{M}/gu, ''),
  'in NFD': (text) => text.normalize('NFD'),
  'with other punctuation': (text) => text.replaceAll(' ', '._- '),
  'over lines': (text) => text.replaceAll(' ', '\\r\n'),
  'percent-encoded': (text) => encodeURIComponent(text),
  'percent-encoded all over': (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 in capitals before': (text) => Buffer.from(text.toUpperCase()).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

describe('the scanner', () => {
  it.each(Object.keys(forms))('finds every pattern %s, wherever it stands', (form) => {
    fc.assert(
      fc.property(
        fc.array(phrase, { minLength: 1, maxLength: 20 }),
        fc.nat(19),
        noise,
        noise,
        (all, at, a, b) => {
          const scanner = new Scanner();
          for (const [index, text] of all.entries()) scanner.addPhrase(`k${index}`, text);
          const wanted = all[at % all.length]!;
          const hits = scanner.scan(Buffer.from(`${a} ${forms[form]!(wanted)} ${b}`));
          expect(hits.length).toBeGreaterThan(0);
        },
      ),
      { seed, numRuns: 150 },
    );
  });

  it('finds base64 and hex with anything right before it, and words inside of words', () => {
    const scanner = new Scanner();
    scanner.addPhrase('email', 'keltan.dunmere@example.org');
    scanner.addPhrase('username', 'tamsinokvar');
    for (const before of ['', 'x', 'xy', 'xyz', 'wxyz', 'people/', 'a-b_c']) {
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const text = before.replaceAll(/[g-z/_-]/g, encoding === 'hex' ? 'a' : '$&');
        const hits = scanner.scan(
          Buffer.from(text + Buffer.from('keltan.dunmere@example.org').toString(encoding)),
        );
        expect(hits.map(({ kind }) => kind)).toEqual(['email']);
      }
      expect(scanner.scan(Buffer.from(`${before}TamsinOkvar${before}`))).toHaveLength(1);
    }
  });

  it('finds any five words in a row of a text, and not four', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 5, maxLength: 40 }), fc.nat(100), (words, start) => {
        const scanner = new Scanner();
        scanner.addText('bio', words.join(' '));
        const at = start % (words.length - 4);
        expect(scanner.scan(Buffer.from(`0 ${words.slice(at, at + 5).join(', ')} 0`))).toHaveLength(1);
        const four = words.slice(at, at + 4).join(' ');
        const pieces = new Set(words.map((one) => one.toLowerCase()));
        if (pieces.size === words.length) expect(scanner.scan(Buffer.from(`0 ${four} 0`))).toHaveLength(0);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('finds what a search of every pattern by itself finds, and nothing else', () => {
    const small = fc.string({ unit: fc.constantFrom(...[...'abc ']), minLength: 3, maxLength: 9 });
    fc.assert(
      fc.property(
        fc.array(small, { maxLength: 12 }),
        fc.string({ unit: fc.constantFrom(...[...'abc .']), maxLength: 200 }),
        (all, text) => {
          const tidy = (from: string) => from.replaceAll(/[^abc]+/g, ' ').trim();
          const patterns = all.filter((one) => tidy(one).replaceAll(' ', '').length >= 3);
          const scanner = new Scanner();
          for (const one of patterns) scanner.addPhrase(tidy(one), one);
          const whole = ` ${tidy(text)} `;
          const expected = new Set(
            patterns.map(tidy).filter((one) => {
              const words = one.split(' ');
              const inside = words[0]!.length >= 4 && one.length >= (words.length === 1 ? 8 : 10);
              return whole.includes(inside ? one : ` ${one} `);
            }),
          );
          const hits = scanner.scan(Buffer.from(text)).filter(({ form }) => form === 'plain');
          // Phrases that are one by their words are one pattern.
          expect(new Set(hits.map(({ kind }) => kind))).toEqual(expected);
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it('finds each of many phrases that begin alike, and none that goes on otherwise', () => {
    const scanner = new Scanner();
    const all = Array.from(
      { length: 500 },
      (_, i) => `christopher ${(i * 7919).toString(36)}${'q'.repeat(i % 45)}`,
    );
    for (const [i, one] of all.entries()) scanner.addPhrase(`k${i}`, one);
    for (const [i, one] of all.entries()) {
      // Known by its first bytes, so that those which differ later are found with it.
      expect(scanner.scan(Buffer.from(`x${one}x`)).map(({ kind }) => kind)).toContain(`k${i}`);
    }
    expect(scanner.scan(Buffer.from('xchristopher !x christopher'))).toEqual([]);
  });

  it('counts what is too short to be told from chance, and says nothing of other texts', () => {
    const scanner = new Scanner();
    for (const text of ['Al', 'J', '123456', '-', 'Bo B']) scanner.addPhrase('name', text);
    expect([scanner.patterns, scanner.tooShort]).toEqual([1, 3]);
    expect(scanner.scan(Buffer.from('Al and J have 123456 things'))).toEqual([]);
    expect(scanner.scan(Buffer.from(''))).toEqual([]);
  });
});

describe('secrets', () => {
  it.each([
    ['private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['AWS access key', `AKIA${'A1'.repeat(8)}`],
    ['GitHub token', `ghp_${'a1B2'.repeat(9)}`],
    ['Slack token', 'xoxb-123456789012-abcdef'],
    ['password hash', '$2y$10$LqEJqz8zL1kS9n0V6CFK8.3yPXoxV7pYfNkl3TgXbAeE0vyDYJdXi'],
    ['password in an address', 'mysql://root:hunter2@db.internal/legacy'],
    ['JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl'],
    ['40 hex digits of a password hash', 'password = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"'],
  ])('like a %s are seen', (name, text) => {
    expect(secretsIn(`x ${text} y`)).toContain(name);
    expect(
      secretsIn('createdAt = "2020-01-01T00:00:00Z"\nid = "3f2504e0-4f89-81d3-9a0c-0305e82c3301"'),
    ).toEqual([]);
  });
});

describe('folding', () => {
  /** The same by the language's own means, over a whole text at once. */
  const reference = (text: string) =>
    text
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/\p{M}+/gu, '')
      .replaceAll('ς', 'σ')
      .replaceAll(
        /[ßæœøłđðþ]/g,
        (c) => ({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th' })[c]!,
      )
      .split(/[^\p{L}\p{N}]+/u)
      .filter((one) => one !== '');

  it('makes the same words of any text, lone halves of pairs and long compatible forms included', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        if (!/\\[nrt]/.test(text)) expect(foldedWords(text)).toEqual(reference(text.toWellFormed()));
      }),
      { seed, numRuns: 3000 },
    );
    const long = '\ufdfa'.repeat(300);
    expect(foldedWords(long)).toEqual(reference(long));
  });

  it('takes what is no UTF-8 for a blank, as the language does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.from(bytes).toString();
        const into = Buffer.alloc(roomFor(bytes));
        const words = into.toString('utf8', 0, foldBytes(bytes, into)).split(' ').filter(Boolean);
        if (!/\\[nrt]/.test(text)) expect(words).toEqual(reference(text));
      }),
      { seed, numRuns: 3000 },
    );
  });
});
