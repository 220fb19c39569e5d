/** Which of the formats that sign-in knows a password hash is in. */
export function hashScheme(hash: unknown): 'sha1' | 'bcrypt' | 'argon2id' | undefined {
  if (typeof hash !== 'string') return undefined;
  if (/^[0-9a-f]{40}$/i.test(hash)) return 'sha1';
  if (/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) return 'bcrypt';
  return /^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/.test(hash)
    ? 'argon2id'
    : undefined;
}
