import { damaged } from './frames.ts';

/** How the content of a file ended. */
export interface FileEnd {
  /** As `Crc` says it; null where the file is gone. */
  readonly digest: string | null;
  /** `changed`: not as it was listed, before or while it was read. */
  readonly state: 'whole' | 'changed' | 'gone';
}

const states = ['whole', 'changed', 'gone'] as const;

/** Two frames for each file, so they are bytes and no JSON: eight of the offset, big endian. */
export function beginPayload(offset: number): Buffer {
  const payload = Buffer.allocUnsafe(8);
  payload.writeBigUInt64BE(BigInt(offset));
  return payload;
}

/** Throws CutoverError `link-lost`. */
export function parseBegin(payload: Buffer): number {
  const offset = payload.length === 8 ? Number(payload.readBigUInt64BE()) : NaN;
  if (!Number.isSafeInteger(offset)) throw damaged('a file that begins nowhere');
  return offset;
}

/** One byte for the state, four for the CRC-32. */
export function endPayload({ digest, state }: FileEnd): Buffer {
  const payload = Buffer.allocUnsafe(5);
  payload[0] = states.indexOf(state);
  payload.writeUInt32BE(digest === null ? 0 : Number.parseInt(digest, 16), 1);
  return payload;
}

/** Throws CutoverError `link-lost`. */
export function parseEnd(payload: Buffer): FileEnd {
  const state = states[payload[0] ?? -1];
  if (payload.length !== 5 || state === undefined) throw damaged('a file that ends in no known way');
  return { state, digest: state === 'gone' ? null : payload.toString('hex', 1) };
}
