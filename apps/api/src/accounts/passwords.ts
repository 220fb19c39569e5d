import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2';
import { verify as bcryptVerify } from '@node-rs/bcrypt';
import { type PasswordFormat, passwordFormatOf } from '@cutover/records';
import pLimit from 'p-limit';

/** Cost of a bcrypt hash; undefined for other formats. */
export function bcryptCost(stored: string): number | undefined {
  return passwordFormatOf(stored) === 'bcrypt' ? Number(stored.slice(4, 6)) : undefined;
}

/** Argon2id, 19 MiB, 2 passes, 1 lane: OWASP's password storage recommendation. */
const argon2id = { algorithm: 2 as const, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * Hashing is meant to be slow, and it is done by the threads that read files, look up names and compress for this
 * process (four of them). So that guessing cannot take these away from everybody, few passwords are hashed at once,
 * on one thread each, with a processor to spare.
 */
const turns = pLimit(Math.max(1, Math.min(2, availableParallelism() - 1)));
/** Some seconds of work: who came later would have given up before their turn. */
const maxWaiting = 40;

/** So many passwords wait to be verified that no further one may. */
export class VerificationsBusy extends Error {}

/** Passwords that wait for their turn. */
export function waitingVerifications(): number {
  return turns.pendingCount;
}

export function hashPassword(password: string): Promise<string> {
  return turns(() => argon2Hash(password, argon2id));
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

  /**
   * Whether the password is the stored one. Undefined and unknown formats are like a wrong password. Throws
   * VerificationsBusy before it looks at either.
   */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    if (turns.pendingCount >= maxWaiting) throw new VerificationsBusy('too many passwords to verify');
    return turns(() => this.#verify(stored, password));
  }

  async #verify(stored: string | undefined, password: string): Promise<boolean> {
    const format = passwordFormatOf(stored, this.#formats);
    // One after the other, so that a turn takes one thread.
    const isArgon2 = await argon2Verify(format === 'argon2id' ? stored! : this.#argon2Decoy, password).catch(
      () => false,
    );
    const bcryptHash = format === 'bcrypt' ? stored! : this.#bcryptDecoy;
    const isBcrypt = bcryptHash !== undefined && (await bcryptVerify(password, bcryptHash));
    const own: boolean[] = [];
    for (const one of this.#formats)
      own.push(await one.verify(one === format ? stored! : one.decoy, password));
    switch (format) {
      case 'argon2id':
        return isArgon2;
      case 'bcrypt':
        return isBcrypt;
      case 'sha1':
        return timingSafeEqual(createHash('sha1').update(password).digest(), Buffer.from(stored!, 'hex'));
      case undefined:
        return false;
      default:
        return own[this.#formats.indexOf(format)] === true;
    }
  }
}
