import type { StoredRecord } from './target.ts';

/**
 * What becomes of one field in a snapshot that anyone may clone.
 *
 * - `id`, `reference`: the record's new id, and those of the records it names.
 * - `pseudonym`: a made-up value of the record's own, of the same length for everybody.
 * - `joined`: other fields of the scrubbed record, joined by dots: slugs that are made of slugs. One that had
 *   something appended to be told apart gets a code of its own instead.
 * - `follow`: what `field` of the record that `reference` names has become.
 * - `follow-list`: a list of values of `field` in `sheet`, each as it has become.
 * - `text`: generated text of like length and markup; what it mentions follows.
 * - `url`, `path`: an address that means the same record, or a made-up one.
 * - `time`: shifted by an amount of the person's own.
 * - `common`: kept where at least five records share everything that is kept of them, else `fallback` or nothing.
 * - `fixed`: the same value for everybody.
 * - `clear`: gone. `keep`: as it is; verifying attacks it all the same.
 */
export type ScrubRule =
  | { readonly kind: 'id' | 'reference' | 'text' | 'url' | 'path' | 'time' }
  | { readonly kind: 'pseudonym'; readonly as: PseudonymKind }
  | { readonly kind: 'joined'; readonly of: readonly string[] }
  | { readonly kind: 'follow'; readonly reference: string; readonly field: string }
  | { readonly kind: 'follow-list'; readonly sheet: string; readonly field: string }
  | { readonly kind: 'common'; readonly fallback?: string | number; readonly reason: string }
  | { readonly kind: 'fixed'; readonly value: string | number; readonly reason: string }
  | { readonly kind: 'clear' | 'keep'; readonly reason: string };

export type PseudonymKind = 'first-name' | 'last-name' | 'handle' | 'title';

export interface SheetScrub {
  /** Every field that the sheet's records have; one that is not named stops the scrub. */
  readonly fields: Readonly<Record<string, ScrubRule>>;
  /** Fields that name whose record it is, by whose amount its times are shifted; the first that is set counts. */
  readonly owner?: readonly string[];
}

/** How a profile's public records are made into data of the real shape that belongs to nobody. */
export interface ScrubRules {
  /** The sheet whose records are people. */
  readonly people: string;
  readonly sheets: Readonly<Record<string, SheetScrub>>;
  /** First segments of paths and the sheet that they lead to, besides the target's routes: legacy URLs. */
  readonly folders?: Readonly<Record<string, string>>;
  /** Records that say who belongs to what: the graph whose shape may give people away. */
  readonly membership?: { readonly sheet: string; readonly person: string; readonly group: string };
  /** A person who does not exist and what they wrote, as unscrubbed records: planted to see whether anything of it is found. */
  canary?(canary: CanaryValues): readonly { readonly sheet: string; readonly record: StoredRecord }[];
  /** Accounts of nobody, added on request, for people who try things out. */
  readonly testLogins?: readonly {
    readonly login: string;
    /** Fields of the person's record besides `id`. */
    readonly fields: Readonly<Record<string, string | number>>;
    /** Fields of private records by sheet, for the private store of who tries things out; they are in no snapshot. */
    readonly privates?: Readonly<Record<string, Readonly<Record<string, string | boolean>>>>;
  }[];
}

/** Values that are found nowhere else. */
export interface CanaryValues {
  /** A new id for each use. */
  readonly ids: readonly string[];
  readonly legacyId: number;
  readonly handle: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string;
  /** Text that contains the handle as a mention, the address, the number and words of its own. */
  readonly text: string;
  /** ISO 8601 UTC. */
  readonly time: string;
}
