/**
 * How WordPress stores passwords: from 2.5 on with PHP's phpass (MD5, 2^n rounds), from 6.8 on with bcrypt over
 * an HMAC, so that passwords are not cut at 72 bytes.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { PasswordFormat } from '@cutover/records';
import { compare } from 'bcryptjs';

const digits = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export const phpass: PasswordFormat = {
  name: 'phpass',
  // The fourth character is the binary logarithm of the rounds: WordPress writes B (2^13); above D nobody does.
  pattern: /^\$[PH]\$[5-9A-D][./0-9A-Za-z]{30}$/,
  decoy: `$P$B${'.'.repeat(30)}`,
  verify: (stored, password) => {
    const expected = Buffer.from(stored.slice(12));
    return timingSafeEqual(expected, Buffer.from(encode(rounds(stored, password))));
  },
};

export const wordpressBcrypt: PasswordFormat = {
  name: 'wordpress-bcrypt',
  pattern: /^\$wp\$2y\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/,
  decoy: `$wp$2y$10$${'.'.repeat(53)}`,
  verify: (stored, password) =>
    compare(createHmac('sha384', 'wp-sha384').update(password.trim()).digest('base64'), stored.slice(3)),
};

function rounds(stored: string, password: string): Buffer {
  const bytes = Buffer.from(password);
  let hash = createHash('md5').update(stored.slice(4, 12)).update(bytes).digest();
  for (let left = 2 ** digits.indexOf(stored.charAt(3)); left > 0; left--) {
    hash = createHash('md5').update(hash).update(bytes).digest();
  }
  return hash;
}

/** phpass's own base 64: three bytes, the lowest first, to four digits, the lowest first. */
function encode(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = bytes.subarray(at, at + 3);
    const value = group[0]! | ((group[1] ?? 0) << 8) | ((group[2] ?? 0) << 16);
    for (let digit = 0; digit <= group.length; digit++) text += digits[(value >> (6 * digit)) & 63];
  }
  return text;
}
