import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { CutoverError, exitCodes } from '@cutover/core';

const ivBytes = 12;
const tagBytes = 16;

/** A node's key as it is kept: AES-256-GCM under the hub's secret, bound to the node. */
export function seal(key: string, node: string, secret: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), iv).setAAD(Buffer.from(node));
  const sealed = Buffer.concat([cipher.update(key, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
}

/** @throws CutoverError `hub-secret` (exit 2) where it was sealed with another secret, or changed */
export function unseal(sealed: string, node: string, secret: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, ivBytes))
      .setAAD(Buffer.from(node))
      .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString();
  } catch (cause) {
    throw new CutoverError(
      'hub-secret',
      `the key of ${node} was sealed with another secret than this hub has`,
      {
        next: 'give every process of the hub the same secretFile; where it is lost, add the node again and hand its new key out',
        exitCode: exitCodes.authenticationRefused,
        cause,
      },
    );
  }
}

/** A new key for a node. */
export const newKey = (): string => randomBytes(32).toString('hex');

const keyOf = (secret: string): Buffer => createHash('sha256').update(`cutover hub ${secret}`).digest();
