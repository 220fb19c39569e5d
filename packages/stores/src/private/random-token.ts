import { randomFillSync } from 'node:crypto';

const tokenBytes = 18;
/** Made for a thousand at once, because asking the system for each takes longer than everything else of it. */
const pool = Buffer.alloc(tokenBytes * 1024);
let used = pool.length;

/** A token that nobody can guess: 144 random bits as base64url. */
export function randomToken(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const token = pool.toString('base64url', used, used + tokenBytes);
  pool.fill(0, used, used + tokenBytes);
  used += tokenBytes;
  return token;
}
