import { CutoverError } from '@cutover/core';

/**
 * The byte stream between two ends: frames of one byte kind, four bytes length (big endian), payload. The first
 * frame of each end is a `message` with the version of the protocol; nothing else is read before that agrees.
 */
export const frame = {
  /** JSON, see messages.ts. */
  message: 1,
  /** Entries of the tree in its order, a JSON line each. */
  entries: 2,
  /** JSON: which entries of the oldest unanswered `entries` frame the receiver wants. */
  wants: 3,
  /** The content of a wanted entry begins; see file-frames.ts. */
  fileBegin: 4,
  data: 5,
  /** Eight bytes: a stretch of zeros that takes no room on disk. */
  hole: 6,
  /** The digest of the whole file, and whether it stood still; see file-frames.ts. */
  fileEnd: 7,
  /** Whole frames, by DEFLATE: at most a megabyte of them, and none of this kind. */
  packed: 8,
  /** Bytes that nobody keeps, by which the link is measured. */
  probe: 9,
} as const;

export const protocolVersion = 3;
/** No end may make the other keep more than this at once. */
export const maxPayloadBytes = 1024 * 1024;
export const headerBytes = 5;

/** A JSON payload. Throws CutoverError `link-lost`. */
export function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString()) as unknown;
  } catch {
    throw damaged('a frame that is no JSON');
  }
}

export function linkLost(cause?: unknown): CutoverError {
  const why = typeof cause === 'string' ? ` (${cause})` : '';
  return new CutoverError('link-lost', `the connection to the other side was lost${why}`, {
    next: 'start the same `cutover transfer send` again: it goes on where it stopped',
    ...(cause === undefined ? {} : { cause }),
  });
}

export function damaged(what: string): CutoverError {
  return new CutoverError('link-lost', `the byte stream from the other side is damaged: ${what}`, {
    next: 'look whether a login script of the other side prints something; then start the same command again',
    data: { damaged: true },
  });
}
