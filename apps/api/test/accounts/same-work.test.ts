import { hash } from '@node-rs/argon2';
import type * as argon2 from '@node-rs/argon2';
import type * as bcrypt from '@node-rs/bcrypt';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { hashPassword, PasswordVerifier } from '../../src/accounts/passwords.ts';
import { phpBcryptHash, sha1 } from '../support/records.ts';

// Other files of this worker have loaded the modules as they are, and get them back.
vi.hoisted(() => vi.resetModules());
afterAll(() => void vi.resetModules());

/** Work in bcrypt's measure, two to the cost, and argon2id's costs as they were asked for. */
const calls = vi.hoisted(() => ({ argon2: [] as string[], bcrypt: 0 }));

vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof argon2>();
  return {
    ...real,
    verify: (...input: Parameters<typeof real.verify>) => (
      calls.argon2.push(String(input[0]).split('$')[3]!),
      real.verify(...input)
    ),
  };
});
vi.mock('@node-rs/bcrypt', async (original) => {
  const real = await original<typeof bcrypt>();
  return {
    ...real,
    verify: (password: string, hash: string) => (
      (calls.bcrypt += 2 ** Number(hash.slice(4, 6))),
      real.verify(password, hash)
    ),
  };
});

beforeEach(() => {
  calls.argon2 = [];
  calls.bcrypt = 0;
});

const stored: [string, () => Promise<string | undefined>][] = [
  ['no account', async () => undefined],
  ['an unknown format', async () => 'plain text'],
  ['SHA-1', async () => sha1('right')],
  ['bcrypt', async () => phpBcryptHash],
  ['argon2id', () => hashPassword('right')],
];

const ours = 'm=19456,t=2,p=1';
const older = 'm=1024,t=1,p=1';

describe('a failed verification', () => {
  it.each([7, 9])(
    'does the work of the highest bcrypt of the store for everybody: cost %i',
    async (bcrypt) => {
      for (const [what, of] of stored) {
        calls.bcrypt = 0;
        const verifier = new PasswordVerifier({ bcrypt });
        expect(await verifier.verify(await of(), 'wrong')).toBe(false);
        expect([what, calls.bcrypt]).toEqual([what, 2 ** bcrypt]);
      }
    },
  );

  it.each(stored.filter(([what]) => what !== 'bcrypt'))(
    'with %s does one argon2id, and no bcrypt where the store has none',
    async (_what, of) => {
      const verifier = new PasswordVerifier({});
      expect(await verifier.verify(await of(), 'wrong')).toBe(false);
      expect(calls).toEqual({ argon2: [ours], bcrypt: 0 });
    },
  );

  it('does one argon2id of each cost that the store has, whoever it is about', async () => {
    const old = await hash('right', { algorithm: 2, memoryCost: 1024, timeCost: 1, parallelism: 1 });
    const verifier = new PasswordVerifier({ argon2: [older, ours] });
    for (const one of [undefined, old, await hashPassword('right')]) {
      calls.argon2 = [];
      expect(await verifier.verify(one, 'wrong')).toBe(false);
      expect(calls.argon2.sort()).toEqual([older, ours]);
    }
    expect(await verifier.verify(old, 'right')).toBe(true);
    expect(await new PasswordVerifier({}).verify(old, 'right')).toBe(true);
  });
});
