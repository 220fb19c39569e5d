import { hostname, userInfo } from 'node:os';

/** Who writes: the account and machine, not the person. */
export function writer(): string {
  return `${userInfo().username}@${hostname()}`;
}
