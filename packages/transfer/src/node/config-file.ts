import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { z } from 'zod';

/** Shorter ones can be guessed from what was made with them and seen. */
const leastSecretLength = 32;

export interface ConfigKind {
  /** Of the errors. */
  readonly code: string;
  /** Whose configuration it is, for people. */
  readonly whose: string;
  /** Where it is documented. */
  readonly doc: string;
}

/**
 * The JSON file that a service is configured by, and the files beside it that it names: certificates, and secrets,
 * which nobody else may read. Errors are CutoverErrors of the kind's code: exit 64 where the file is wrong, 3 where one
 * that it names is not fit.
 */
export class ConfigFile {
  readonly #path: string;
  readonly #kind: ConfigKind;

  constructor(path: string, kind: ConfigKind) {
    this.#path = path;
    this.#kind = kind;
  }

  parse<T>(schema: z.ZodType<T>): T {
    const { code, whose, doc } = this.#kind;
    try {
      return schema.parse(JSON.parse(readFileSync(this.#path, 'utf8')));
    } catch (cause) {
      const why =
        cause instanceof z.ZodError ? z.prettifyError(cause).replaceAll('\n', ' ') : messageOf(cause);
      throw new CutoverError(code, `${this.#path} cannot be taken for a ${whose}'s configuration: ${why}`, {
        next: `see ${doc} for what it holds`,
        exitCode: exitCodes.usage,
        cause,
      });
    }
  }

  /** A path that it names; relative to the file itself. */
  resolve(name: string): string {
    return resolve(dirname(resolve(this.#path)), name);
  }

  text(name: string): string {
    const path = this.resolve(name);
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (cause) {
      throw this.unfit(
        `${path} cannot be read: ${messageOf(cause)}`,
        `name a file that the ${this.#kind.whose} may read in the configuration`,
      );
    }
  }

  /** Of a file that nobody else may read. */
  secret(name: string): string {
    const path = this.resolve(name);
    const value = this.text(name);
    if ((statSync(path).mode & 0o077) === 0) return value;
    throw this.unfit(`others may read ${path}`, `chmod 600 ${path}, and make another if somebody may have`);
  }

  longSecret(name: string): string {
    const secret = this.secret(name);
    if (secret.length >= leastSecretLength) return secret;
    throw this.unfit(
      `the secret in ${this.resolve(name)} is shorter than ${leastSecretLength} characters`,
      'make one with `openssl rand -hex 32`',
    );
  }

  unfit(message: string, next: string): CutoverError {
    return new CutoverError(this.#kind.code, message, { next, exitCode: exitCodes.preflightFailed });
  }
}
