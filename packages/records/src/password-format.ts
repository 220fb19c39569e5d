/** A way to hash passwords that a legacy system used and this toolkit does not know by itself. */
export interface PasswordFormat {
  readonly name: string;
  /** Matches the hashes of this format, whole, and no others. */
  readonly pattern: RegExp;
  /** A hash of this format that nobody's password has: verified where there is no such account. */
  readonly decoy: string;
  /** Whether this is the password of a hash that `pattern` matches. */
  verify(stored: string, password: string): boolean | Promise<boolean>;
}

/** Formats that every new site knows. Anything else, a profile has to bring. */
export type KnownPasswordFormat = 'sha1' | 'bcrypt' | 'argon2id';

const known: readonly (readonly [KnownPasswordFormat, RegExp])[] = [
  ['sha1', /^[0-9a-f]{40}$/i],
  // `$2y$` is PHP's name for `$2b$`. Above cost 15 one attempt would hold up everybody for seconds.
  ['bcrypt', /^\$2[aby]\$(?:0[4-9]|1[0-5])\$[./A-Za-z0-9]{53}$/],
  ['argon2id', /^\$argon2id\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,3}\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/],
];

/** The format a stored password is in: a known one by its name, one of `more`, or undefined: nobody can sign in with it. */
export function passwordFormatOf(
  stored: unknown,
  more: readonly PasswordFormat[] = [],
): KnownPasswordFormat | PasswordFormat | undefined {
  if (typeof stored !== 'string') return undefined;
  return (
    known.find(([, pattern]) => pattern.test(stored))?.[0] ?? more.find(({ pattern }) => pattern.test(stored))
  );
}
