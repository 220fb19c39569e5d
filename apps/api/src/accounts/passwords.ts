import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { type PasswordFormat, passwordFormatOf } from '@cutover/records';
import { compare as bcryptCompare } from 'bcryptjs';

/** Cost of a bcrypt hash; undefined for other formats. */
export function bcryptCost(stored: string): number | undefined {
  return passwordFormatOf(stored) === 'bcrypt' ? Number(stored.slice(4, 6)) : undefined;
}

/** Argon2id, 19 MiB, 2 passes, 1 lane: OWASP's password storage recommendation. */
const argon2id = { algorithm: 2 as const, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return argon2Hash(password, argon2id);
}

/**
 * Verifies passwords with the same work whether there is such an account or not: one argon2id verification
 * always, one bcrypt comparison where the store has any bcrypt hash, and one of each format of the legacy
 * system. What is missing of these is done against decoys that nothing matches.
 */
export class PasswordVerifier {
  readonly #argon2Decoy: string;
  readonly #bcryptDecoy: string | undefined;
  readonly #formats: readonly PasswordFormat[];

  private constructor(
    argon2Decoy: string,
    bcryptDecoy: string | undefined,
    formats: readonly PasswordFormat[],
  ) {
    this.#argon2Decoy = argon2Decoy;
    this.#bcryptDecoy = bcryptDecoy;
    this.#formats = formats;
  }

  /** `highestBcryptCost`: of all hashes in the store; undefined where it has none. `formats`: of the legacy system. */
  static async create(
    highestBcryptCost: number | undefined,
    formats: readonly PasswordFormat[] = [],
  ): Promise<PasswordVerifier> {
    const cost = String(highestBcryptCost).padStart(2, '0');
    return new PasswordVerifier(
      await hashPassword(randomBytes(18).toString('base64')),
      highestBcryptCost === undefined ? undefined : `$2b$${cost}$${'.'.repeat(53)}`,
      formats,
    );
  }

  /** Whether the password is the stored one. Undefined and unknown formats are like a wrong password. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    const format = passwordFormatOf(stored, this.#formats);
    const [argon2, bcrypt, ...own] = await Promise.all([
      argon2Verify(format === 'argon2id' ? stored! : this.#argon2Decoy, password).catch(() => false),
      format === 'bcrypt' || this.#bcryptDecoy !== undefined
        ? bcryptCompare(password, format === 'bcrypt' ? stored! : this.#bcryptDecoy!)
        : false,
      ...this.#formats.map((one) => one.verify(one === format ? stored! : one.decoy, password)),
    ]);
    switch (format) {
      case 'argon2id':
        return argon2;
      case 'bcrypt':
        return bcrypt;
      case 'sha1':
        return timingSafeEqual(createHash('sha1').update(password).digest(), Buffer.from(stored!, 'hex'));
      case undefined:
        return false;
      default:
        return own[this.#formats.indexOf(format)] === true;
    }
  }
}
