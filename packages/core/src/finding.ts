/** One thing that is not as it should be. Carries no private value. */
export interface Finding {
  /** Stable kebab-case code of the kind of finding, e.g. `redirect-wrong-location`. */
  readonly code: string;
  /** A sentence that names the thing. */
  readonly message: string;
  /** What it is about: a record path, a URL, a table, a source row such as `people/42`. */
  readonly subject?: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  /** What to do about it: a command or a sentence. */
  readonly next?: string;
}
