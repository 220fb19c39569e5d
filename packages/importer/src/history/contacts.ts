import { Fingerprints } from '../fingerprints.ts';

const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const phone = /(?<!\d)\+?\d(?:[\s().-]{0,2}\d){8,14}(?!\d)/g;
/** What a password hash or a token is made of. */
const run = /[A-Za-z0-9$./]{20,}/g;
/** Ids and dates, whose digits are nobody's number. */
const numbersOfOurs = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?/g;

/**
 * What may be private to somebody in a text: addresses without regard to case, numbers by their last ten digits,
 * and runs that are long enough for a credential.
 */
function* privateLooking(content: string): Generator<string> {
  const text = content.replaceAll(numbersOfOurs, ' ');
  for (const [found] of text.matchAll(email)) yield found.toLowerCase();
  for (const [found] of text.matchAll(phone)) yield found.replaceAll(/\D/g, '').slice(-10);
  for (const [found] of text.matchAll(run)) yield found;
}

/** Values of private columns, now and in earlier states, as far as they can be found again in a text. */
export class PrivateTexts {
  readonly #known = new Fingerprints();

  add(value: unknown): void {
    if (typeof value !== 'string' || value.length < 6) return;
    for (const found of privateLooking(value)) this.#known.add(found);
  }

  /** Whether `before` says a private value that `now` does not: it was taken back, and stays so. */
  tellsMore(before: string, now: string): boolean {
    if (this.#known.size === 0) return false;
    let said: Set<string> | undefined;
    for (const found of privateLooking(before)) {
      if (!this.#known.has(found)) continue;
      said ??= new Set(privateLooking(now));
      if (!said.has(found)) return true;
    }
    return false;
  }
}
