import { describeWith, startMariaDb } from '@cutover/testkit';
import { describe, expect, it } from 'vitest';
import { decodeKeepingBytes, decoderOf } from '../../src/charset/decode.ts';
import { characterLength, charsetNamed, charsetOfCollation } from '../../src/charset/names.ts';

const decode = (charset: string, ...bytes: number[]): string | undefined =>
  decoderOf(charset)(Buffer.from(bytes), 0, bytes.length);

describe('decoding', () => {
  it.each<[string, number[], string | undefined]>([
    ['latin1', [0xe9, 0x80, 0x81, 0x8d, 0x9f], 'é€\u0081\u008dŸ'],
    ['cp1251', [0xc6], 'Ж'],
    ['latin2', [0xb1], 'ą'],
    ['gbk', [0x81, 0x5c, 0x41], '乗A'],
    ['sjis', [0x83, 0x5c, 0xb1], 'ソｱ'],
    ['sjis', [0x81, 0x60], '\u301c'],
    ['cp932', [0x81, 0x60], '\uff5e'],
    ['euckr', [0x81, 0x41], '\uac02'],
    ['ujis', [0x8f, 0xb0, 0xa1], '丂'],
    ['gb18030', [0x81, 0x30, 0x81, 0x30], '\u0080'],
    ['utf16', [0xd8, 0x3d, 0xde, 0xb2], '🚲'],
    ['utf32', [0, 1, 0xf6, 0xb2], '🚲'],
    ['utf8', [0xed, 0xa0, 0xbd, 0xed, 0xba, 0xb2], '🚲'],
    ['utf8', [0xef, 0xbf, 0xbd], '\ufffd'],
    ['utf8', [0xff], undefined],
    ['utf8', [0xed, 0xa0, 0xbd], undefined],
    ['ascii', [0x80], undefined],
    ['cp1257', [0x81], undefined],
    ['gbk', [0x81], undefined],
  ])('%s %j', (charset, bytes, text) => {
    expect(decode(charset, ...bytes)).toBe(text);
  });

  it('keeps every byte where asked to', () => {
    expect(decodeKeepingBytes(Buffer.from([0x61, 0xff, 0xc3, 0xa9, 0xc3]), 0, 5)).toBe('a\udcffé\udcc3');
  });
});

describe('names', () => {
  it('of charsets and collations', () => {
    expect(['UTF8MB3', 'cp1252', 'nonsense'].map(charsetNamed)).toEqual(['utf8', 'latin1', undefined]);
    expect(['utf8mb4_0900_ai_ci', 'binary', 'uca1400_ai_ci'].map(charsetOfCollation)).toEqual([
      'utf8mb4',
      'binary',
      undefined,
    ]);
  });

  it('lengths of characters, where a second byte may look like a backslash', () => {
    expect(characterLength('gbk', Buffer.from([0x81, 0x5c]), 0)).toBe(2);
    expect(characterLength('sjis', Buffer.from([0xb1, 0x5c]), 0)).toBe(1);
    expect(characterLength('sjis', Buffer.from([0x9f, 0x1a]), 0)).toBe(1);
  });
});

describeWith('mariadb', 'every charset of a server', () => {
  it('decodes as the server converts', async () => {
    const db = await startMariaDb();
    try {
      const charsets = [
        'latin1',
        'latin2',
        'latin5',
        'latin7',
        'cp1250',
        'cp1251',
        'cp1256',
        'cp1257',
        'cp850',
        'cp852',
        'cp866',
        'koi8r',
        'koi8u',
        'greek',
        'hebrew',
        'tis620',
        'armscii8',
        'geostd8',
        'macce',
        'macroman',
        'keybcs2',
        'dec8',
        'hp8',
        'gbk',
        'gb2312',
        'big5',
        'euckr',
        'ujis',
        'eucjpms',
        'sjis',
        'cp932',
      ];
      for (const charset of charsets) {
        const codes = codesOf(charset);
        const wrong: string[] = [];
        for (let i = 0; i < codes.length; i += 2000) {
          const part = codes.slice(i, i + 2000);
          const select = part.map(
            (code) => `HEX(CONVERT(CONVERT(x'${code.toString('hex')}' USING ${charset}) USING utf16))`,
          );
          const answers = (await db.sql(`SELECT ${select.join(',')}`)).trim().split('\t');
          answers.forEach((hex, k) => {
            const code = part[k] ?? Buffer.alloc(0);
            // Question marks and U+FFFD are what a server answers for what it cannot convert.
            if (hex === 'NULL' || /^(....)*(003F|FFFD)/.test(hex)) return;
            const text = decoderOf(charset)(code, 0, code.length);
            if (
              Buffer.from(text ?? '', 'utf16le')
                .swap16()
                .toString('hex')
                .toUpperCase() !== hex
            )
              wrong.push(`${code.toString('hex')} is ${hex}`);
          });
        }
        expect({ charset, wrong }).toEqual({ charset, wrong: [] });
      }
    } finally {
      await db.stop();
    }
  });
});

/** Every code of one byte, of two, and for EUC-JP of three. */
function codesOf(charset: string): Buffer[] {
  const codes: Buffer[] = [];
  const multi = /^(gbk|gb2312|big5|euckr|ujis|eucjpms|sjis|cp932)$/.test(charset);
  for (let a = 0x80; a < 256; a++) {
    codes.push(Buffer.from([a]));
    if (multi) for (let b = 0x40; b < 256; b++) codes.push(Buffer.from([a, b]));
    if (/^(ujis|eucjpms)$/.test(charset) && a > 0xa0 && a < 0xff)
      for (let b = 0xa1; b < 0xff; b++) codes.push(Buffer.from([0x8f, a, b]));
  }
  return codes;
}
