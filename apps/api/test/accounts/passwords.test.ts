import { describe, expect, it } from 'vitest';
import { type PasswordFormat, passwordFormatOf } from '@cutover/records';
import { bcryptCost, hashPassword, PasswordVerifier } from '../../src/accounts/passwords.ts';
import { phpBcryptHash, sha1 } from '../support/records.ts';

describe('the format of a stored password', () => {
  it.each([
    [sha1('x'), 'sha1'],
    [sha1('x').toUpperCase(), 'sha1'],
    [phpBcryptHash, 'bcrypt'],
    [phpBcryptHash.replace('$2y$', '$2a$'), 'bcrypt'],
    ['$argon2id$v=19$m=1024,t=1,p=1$c29tZXNhbHQ$aGFzaA', 'argon2id'],
    ['$argon2i$v=19$m=1024,t=1,p=1$c29tZXNhbHQ$aGFzaA', undefined],
    ['$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHQ$aGFzaA', undefined],
    [phpBcryptHash.replace('$07$', '$31$'), undefined],
    [sha1('x').slice(1), undefined],
    [`${sha1('x')}\n`, undefined],
    ['plain text', undefined],
    ['', undefined],
  ])('%j is %s', (stored, scheme) => {
    expect(passwordFormatOf(stored)).toBe(scheme);
  });

  it('tells the cost of bcrypt alone', () => {
    expect([bcryptCost(phpBcryptHash), bcryptCost(sha1('x'))]).toEqual([7, undefined]);
  });
});

describe('verifying', () => {
  it('never matches without a stored password, nor a decoy', async () => {
    const verifier = new PasswordVerifier({ bcrypt: 4 });
    for (const password of ['', 'x', `$2b$04$${'.'.repeat(53)}`]) {
      expect(await verifier.verify(undefined, password)).toBe(false);
    }
  });

  it('matches its own hashes, of any password', async () => {
    const verifier = new PasswordVerifier({});
    for (const password of ['x', 'ünï¢ödé 密码', 'y'.repeat(1024), 'nul\0inside']) {
      const stored = await hashPassword(password);
      expect(await verifier.verify(stored, password)).toBe(true);
      expect(await verifier.verify(stored, `${password}.`)).toBe(false);
    }
  });

  it('does the work of a legacy format for everybody, and takes its answer only for its own hashes', async () => {
    const seen: string[] = [];
    const plain: PasswordFormat = {
      name: 'plain',
      pattern: /^plain:/,
      decoy: 'plain:',
      verify: (stored, password) => {
        seen.push(stored);
        return stored.slice(6) === password;
      },
    };
    const verifier = new PasswordVerifier({}, [plain]);
    expect(await verifier.verify('plain:x', 'x')).toBe(true);
    expect(await verifier.verify('plain:x', 'y')).toBe(false);
    expect(await verifier.verify(undefined, '')).toBe(false);
    expect(await verifier.verify(sha1('x'), '')).toBe(false);
    expect(seen).toEqual(['plain:x', 'plain:x', 'plain:', 'plain:']);
  });

  it('takes a damaged hash for a wrong password', async () => {
    const verifier = new PasswordVerifier({});
    expect(await verifier.verify('$argon2id$v=19$m=0,t=0,p=0$c29tZXNhbHQ$aGFzaA', 'x')).toBe(false);
  });
});
