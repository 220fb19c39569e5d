import type { Readable, Writable } from 'node:stream';
import type { CutoverError } from '@cutover/core';

/** A byte stream to a receiver that somebody has authenticated. */
export interface Wire {
  readonly input: Readable;
  readonly output: Writable;
  /** Settles when it has ended: with why, where it could not come about or was refused. */
  readonly ended: Promise<CutoverError | undefined>;
  close(): void;
}

/** Opens a wire; again for every attempt. */
export type OpenWire = () => Wire;
