import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { ScrubKey } from '../key.ts';

/** Says that who has the snapshot's key verified: a signature over all else that the report says. */
export interface Seal {
  readonly algorithm: 'ed25519';
  /** Public key, 64 hex digits. */
  readonly by: string;
  readonly signature: string;
}

type Sealable = { readonly details: Readonly<Record<string, unknown>> };

/** What DER puts before the 32 bytes of an Ed25519 key (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * The public half of the key that reports are sealed with. Whoever publishes needs no more than this to tell a report
 * that was made with the snapshot's key from one that anybody wrote; nothing leads back from it to the key.
 */
export function sealerOf(key: ScrubKey): string {
  const der = createPublicKey(signingKey(key)).export({ format: 'der', type: 'spki' });
  return der.subarray(publicPrefix.length).toString('hex');
}

/** The report with a seal in its details. */
export function sealReport<T extends Sealable>(report: T, key: ScrubKey): T {
  const signature = sign(null, sealedBytes(report), signingKey(key)).toString('hex');
  const seal: Seal = { algorithm: 'ed25519', by: sealerOf(key), signature };
  return { ...report, details: { ...report.details, seal } };
}

/** What is wrong with a report's seal, where it should be that of `by`; undefined where it holds. */
export function faultOfSeal(report: Sealable, by: string): string | undefined {
  const seal = report.details['seal'] as Partial<Seal> | undefined;
  if (typeof seal?.signature !== 'string') return 'the report is not sealed';
  if (seal.by !== by) return 'the report was sealed with another key';
  const key = createPublicKey({
    key: Buffer.concat([publicPrefix, Buffer.from(by, 'hex')]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, sealedBytes(report), key, Buffer.from(seal.signature, 'hex'))
    ? undefined
    : 'the report was changed after it was sealed';
}

function signingKey(key: ScrubKey): KeyObject {
  const der = Buffer.concat([privatePrefix, key.digest('seal of a verdict')]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function sealedBytes({ details, ...rest }: Sealable): Buffer {
  const { seal: _seal, ...sealed } = details;
  return Buffer.from(`cutover snapshot verdict\n${JSON.stringify({ ...rest, details: sealed })}`);
}
