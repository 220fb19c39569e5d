import { inspect } from 'node:util';

let reveal: <T>(value: Private<T>) => T;

/**
 * A value that must not leave the private side. It has no readable content: it cannot be serialised,
 * concatenated or printed, and no public record type accepts it. `Declassifier.declassify` is the one
 * bridge to the public side; `revealPrivate` is for writing the private store.
 */
export class Private<T> {
  readonly #value: T;

  static {
    reveal = (value) => value.#value;
  }

  constructor(value: T) {
    this.#value = value;
  }

  toJSON(): never {
    throw new TypeError('a private value cannot be serialised');
  }

  toString(): never {
    throw new TypeError('a private value cannot become text');
  }

  [Symbol.toPrimitive](): never {
    throw new TypeError('a private value cannot become a primitive');
  }

  [inspect.custom](): string {
    return '[private]';
  }
}

/** Reads a private value in order to write it to the private store. Not for public records. */
export function revealPrivate<T>(value: Private<T>): T {
  return reveal(value);
}

/** Derives a private value from a private value, e.g. a normalised form. */
export function mapPrivate<T, U>(value: Private<T>, change: (value: T) => U): Private<U> {
  return new Private(change(revealPrivate(value)));
}

/** The one bridge from private to public. Counts each use by reason, for the report. */
export class Declassifier {
  readonly #reasons = new Map<string, number>();

  /** The plain value; `reason` names the rule by which it may be public and stands in the report. */
  declassify<T>(value: Private<T>, reason: string): T {
    if (reason.trim() === '') throw new TypeError('declassify wants a reason');
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    return revealPrivate(value);
  }

  /** Counts uses that another thread has made, as it lists them. */
  add(counts: Readonly<Record<string, number>>): void {
    for (const [reason, count] of Object.entries(counts))
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + count);
  }

  /** Uncounts uses whose values have gone nowhere. */
  takeBack(reasons: readonly string[]): void {
    for (const reason of reasons) {
      const left = (this.#reasons.get(reason) ?? 0) - 1;
      if (left > 0) this.#reasons.set(reason, left);
      else this.#reasons.delete(reason);
    }
  }

  /** How often each reason was used. */
  list(): Record<string, number> {
    return Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** A private draft's fields with their values opened: for the private store and for holding them against a schema. */
export function openPrivateFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const open: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    open[field] = value instanceof Private ? revealPrivate(value) : value;
  }
  return open;
}
