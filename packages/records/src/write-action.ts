import type { ZodType } from 'zod';
import type { PrivateRecord, StoredRecord } from './target.ts';
import type { RecordFinder } from './urls.ts';

/** Something that a signed-in person can do to records of the new site. */
export interface WriteAction {
  /** Stands in the commit's trailers, e.g. `post-update`. */
  readonly name: string;
  readonly summary: string;
  readonly method: 'POST' | 'PATCH';
  /** Below `/api`; `:name` parts are handed on. */
  readonly path: string;
  readonly body: ZodType<Record<string, unknown>>;
  /** What is to be written, decided from what is there. Called again where somebody else was first. */
  plan(input: WriteInput): WritePlan | WriteRefusal;
}

export interface WriteInput {
  readonly params: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: StoredRecord;
  readonly records: RecordFinder;
  /** The moment of the request, ISO 8601 UTC. */
  readonly now: string;
  /** A fresh random id; the same in every try of one request. */
  newId(): string;
}

export interface WritePlan {
  /** What was made or changed, for the answer. */
  readonly main: { readonly sheet: string; readonly record: StoredRecord };
  /** Whole public records as they shall be, `main` included; all go into one commit. Empty: nothing public changes. */
  readonly records: readonly { readonly sheet: string; readonly record: StoredRecord }[];
  /** Private records, written after the commit; `change` may be applied again and again. */
  readonly privates?: readonly PrivateWrite[];
  /** First line of the commit's message. Public. */
  readonly subject: string;
}

export interface PrivateWrite {
  readonly sheet: string;
  readonly id: string;
  change(current: PrivateRecord | undefined, token: () => string): PrivateRecord | undefined;
}

export interface WriteRefusal {
  readonly refused: 'forbidden' | 'not-found' | 'conflict';
  readonly code: string;
  readonly message: string;
}
