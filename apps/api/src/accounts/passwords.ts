import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { compare as bcryptCompare } from 'bcryptjs';

/** How a stored password is hashed. Anything else is no password that anybody can sign in with. */
export type Scheme = 'sha1' | 'bcrypt' | 'argon2id';

const formats: readonly (readonly [Scheme, RegExp])[] = [
  ['sha1', /^[0-9a-f]{40}$/i],
  // `$2y$` is PHP's name for `$2b$`. Above cost 15 one attempt would hold up everybody for seconds.
  ['bcrypt', /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/],
  ['argon2id', /^\$argon2id\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,3}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/],
];

export function schemeOf(stored: string): Scheme | undefined {
  return formats.find(([, format]) => format.test(stored))?.[0];
}

/** Cost of a bcrypt hash; undefined for other formats. */
export function bcryptCost(stored: string): number | undefined {
  return schemeOf(stored) === 'bcrypt' ? Number(stored.slice(4, 6)) : undefined;
}

/** Argon2id, 19 MiB, 2 passes, 1 lane: OWASP's password storage recommendation. */
const argon2id = { algorithm: 2 as const, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return argon2Hash(password, argon2id);
}

/**
 * Verifies passwords with the same work whether there is such an account or not: one argon2id
 * verification always, and one bcrypt comparison where the store has any bcrypt hash. What is missing of
 * the two is done against decoys that nothing matches.
 */
export class PasswordVerifier {
  readonly #argon2Decoy: string;
  readonly #bcryptDecoy: string | undefined;

  private constructor(argon2Decoy: string, bcryptDecoy: string | undefined) {
    this.#argon2Decoy = argon2Decoy;
    this.#bcryptDecoy = bcryptDecoy;
  }

  /** `highestBcryptCost`: of all hashes in the store; undefined where it has none. */
  static async create(highestBcryptCost: number | undefined): Promise<PasswordVerifier> {
    const cost = String(highestBcryptCost).padStart(2, '0');
    return new PasswordVerifier(
      await hashPassword(randomBytes(18).toString('base64')),
      highestBcryptCost === undefined ? undefined : `$2b$${cost}$${'.'.repeat(53)}`,
    );
  }

  /** Whether the password is the stored one. Undefined and unknown formats are like a wrong password. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const scheme = stored === undefined ? undefined : schemeOf(stored);
    const [argon2, bcrypt] = await Promise.all([
      argon2Verify(scheme === 'argon2id' ? stored! : this.#argon2Decoy, password).catch(() => false),
      scheme === 'bcrypt' || this.#bcryptDecoy !== undefined
        ? bcryptCompare(password, scheme === 'bcrypt' ? stored! : this.#bcryptDecoy!)
        : false,
    ]);
    switch (scheme) {
      case 'argon2id':
        return argon2;
      case 'bcrypt':
        return bcrypt;
      case 'sha1':
        return timingSafeEqual(createHash('sha1').update(password).digest(), Buffer.from(stored!, 'hex'));
      default:
        return false;
    }
  }
}
