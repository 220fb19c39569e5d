import type * as argon2 from '@node-rs/argon2';
import type * as bcrypt from '@node-rs/bcrypt';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hashPassword, PasswordVerifier } from '../../src/accounts/passwords.ts';
import { phpBcryptHash, sha1 } from '../support/records.ts';

const calls = vi.hoisted(() => ({ argon2: 0, bcrypt: 0 }));

vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof argon2>();
  return {
    ...real,
    verify: (...input: Parameters<typeof real.verify>) => (calls.argon2++, real.verify(...input)),
  };
});
vi.mock('@node-rs/bcrypt', async (original) => {
  const real = await original<typeof bcrypt>();
  return {
    ...real,
    verify: (password: string, hash: string) => (calls.bcrypt++, real.verify(password, hash)),
  };
});

beforeEach(() => {
  calls.argon2 = 0;
  calls.bcrypt = 0;
});

const stored: [string, () => Promise<string | undefined>][] = [
  ['no account', async () => undefined],
  ['an unknown format', async () => 'plain text'],
  ['SHA-1', async () => sha1('right')],
  ['bcrypt', async () => phpBcryptHash],
  ['argon2id', () => hashPassword('right')],
];

describe('a failed verification', () => {
  it.each(stored)(
    'with %s does one argon2id and one bcrypt, where the store has bcrypt hashes',
    async (_what, of) => {
      const verifier = await PasswordVerifier.create(7);
      expect(await verifier.verify(await of(), 'wrong')).toBe(false);
      expect(calls).toEqual({ argon2: 1, bcrypt: 1 });
    },
  );

  it.each(stored.filter(([what]) => what !== 'bcrypt'))(
    'with %s does one argon2id, where the store has none',
    async (_what, of) => {
      const verifier = await PasswordVerifier.create(undefined);
      expect(await verifier.verify(await of(), 'wrong')).toBe(false);
      expect(calls).toEqual({ argon2: 1, bcrypt: 0 });
    },
  );
});
