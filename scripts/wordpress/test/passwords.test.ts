import { passwordFormatOf } from '@cutover/records';
import { describe, expect, it } from 'vitest';
import { phpass, wordpressBcrypt } from '../src/passwords.ts';

const formats = [phpass, wordpressBcrypt];

describe('a password of WordPress', () => {
  it.each([
    // The example that phpass itself is tested with; the others were made by PHP 8.2.
    ['test12345', '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0', phpass],
    ['boats of ann', '$P$BeNUMi7VJUifn4Vx4TpbCk0aYMrrdc0', phpass],
    [' boats of ben ', '$wp$2y$10$GRSnI6jtYZ.7XMnRrY6ClOSZsNHvO3Jx6G2QSr3dHlJKpCe07oDnm', wordpressBcrypt],
  ])('%j is that of %s', async (password, stored, format) => {
    expect(passwordFormatOf(stored, formats)).toBe(format);
    expect(await format.verify(stored, password)).toBe(true);
    expect(await format.verify(stored, `${password}x`)).toBe(false);
  });

  it.each([
    '$P$BspammerHash',
    '$P$EeNUMi7VJUifn4Vx4TpbCk0aYMrrdc0',
    'x$P$BeNUMi7VJUifn4Vx4TpbCk0aYMrrdc0',
    '$wp$2y$31$GRSnI6jtYZ.7XMnRrY6ClOSZsNHvO3Jx6G2QSr3dHlJKpCe07oDnm',
  ])('%s is none', (stored) => {
    expect(passwordFormatOf(stored, formats)).toBeUndefined();
  });

  it('is never that of a decoy', async () => {
    for (const { decoy, pattern, verify } of formats) {
      expect(decoy).toMatch(pattern);
      expect(await verify(decoy, '')).toBe(false);
    }
  });
});
