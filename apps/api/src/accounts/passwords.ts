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

/** The parameters of an argon2id hash as they stand in it; undefined for other formats. */
export function argon2Cost(stored: string): string | undefined {
  return passwordFormatOf(stored) === 'argon2id' ? stored.split('$')[3] : undefined;
}

/** What the hashes of a store cost to verify. */
export interface HashCosts {
  /** The highest of bcrypt; undefined where the store has no such hash. */
  readonly bcrypt?: number | undefined;
  /** Parameters of argon2id, each as in `argon2Cost`. */
  readonly argon2?: Iterable<string>;
}

/**
 * Verifies passwords with the same work whether there is such an account or not: one argon2id verification of each
 * cost that the store has, bcrypt of its highest cost where it has any, and one verification of each format of the
 * legacy system. What is missing of these is done against decoys that nothing matches.
 */
export class PasswordVerifier {
  readonly #argon2Decoys: ReadonlyMap<string, string>;
  readonly #bcryptCost: number | undefined;
  readonly #formats: readonly PasswordFormat[];

  /** `formats`: of the legacy system. */
  constructor({ bcrypt, argon2 = [] }: HashCosts, formats: readonly PasswordFormat[] = []) {
    const { memoryCost, timeCost, parallelism } = argon2id;
    const own = `m=${memoryCost},t=${timeCost},p=${parallelism}`;
    this.#argon2Decoys = new Map([own, ...argon2].map((cost) => [cost, argon2Decoy(cost)]));
    this.#bcryptCost = bcrypt;
    this.#formats = formats;
  }

  /**
   * Whether the password is the stored one. Undefined and unknown formats are like a wrong password. Throws
   * VerificationsBusy before it looks at either.
   */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    if (turns.pendingCount >= maxWaiting) throw new VerificationsBusy('too many passwords to verify');
    return turns(() => this.#verify(stored, password));
  }

  /** One after the other, so that a turn takes one thread. */
  async #verify(stored: string | undefined, password: string): Promise<boolean> {
    const format = passwordFormatOf(stored, this.#formats);
    const isArgon2 = await this.#verifyArgon2(format === 'argon2id' ? stored! : undefined, password);
    const isBcrypt = await this.#verifyBcrypt(format === 'bcrypt' ? stored! : undefined, password);
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

  async #verifyArgon2(stored: string | undefined, password: string): Promise<boolean> {
    const ownCost = stored === undefined ? undefined : argon2Cost(stored);
    let isRight =
      stored !== undefined && !this.#argon2Decoys.has(ownCost!) && (await argon2(stored, password));
    for (const [cost, decoy] of this.#argon2Decoys) {
      const isStored = cost === ownCost;
      const matches = await argon2(isStored ? stored! : decoy, password);
      if (isStored) isRight = matches;
    }
    return isRight;
  }

  /** A cost is a power of two, so the decoys of all costs from a lower one to below the highest make up the rest. */
  async #verifyBcrypt(stored: string | undefined, password: string): Promise<boolean> {
    const highest = this.#bcryptCost;
    if (stored === undefined)
      return highest !== undefined && (await bcryptVerify(password, bcryptDecoy(highest))) && false;
    const matches = await bcryptVerify(password, stored);
    for (let cost = bcryptCost(stored)!; cost < (highest ?? 0); cost++)
      await bcryptVerify(password, bcryptDecoy(cost));
    return matches;
  }
}

function argon2(stored: string, password: string): Promise<boolean> {
  return argon2Verify(stored, password).catch(() => false);
}

/** Nobody knows a password of it, nor whether there is one. */
function argon2Decoy(cost: string): string {
  const unpadded = (bytes: number): string => randomBytes(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$${cost}$${unpadded(16)}$${unpadded(32)}`;
}

function bcryptDecoy(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}
