import type { PseudonymKind } from '@cutover/records';
import type { ScrubKey } from '../key.ts';
import { capitalised, type Vocabulary } from './vocabulary.ts';

/** Letters of made-up names: the same for everybody, so that a length tells nothing. */
const letters = { 'first-name': 5, 'last-name': 7, word: 5, code: 8 } as const;

/**
 * Made-up values. A handle is claimed, so that no two are alike: the one of two that the key sorts first keeps
 * what both would have, the other gets a further code.
 */
export class Pseudonyms {
  readonly #vocabulary: Vocabulary;
  readonly #key: ScrubKey;
  readonly #taken: Set<string>;
  readonly #claimed = new Map<string, string>();

  /** `reserved` are handles that nobody gets, e.g. those of test logins and of the original. */
  constructor(key: ScrubKey, vocabulary: Vocabulary, reserved: Iterable<string> = []) {
    this.#key = key;
    this.#vocabulary = vocabulary;
    this.#taken = new Set(reserved);
  }

  /** Claims the handles of all records at once, so that their order does not matter. */
  claimHandles(owners: Iterable<string>): void {
    const wanted = new Map<string, string[]>();
    for (const owner of owners) {
      const handle = this.#handle(owner);
      const others = wanted.get(handle);
      if (others === undefined) wanted.set(handle, [owner]);
      else others.push(owner);
    }
    const later: string[] = [];
    for (const [handle, rivals] of wanted) {
      if (rivals.length > 1) rivals.sort((a, b) => (this.#order(a) < this.#order(b) ? -1 : 1));
      const free = !this.#taken.has(handle);
      if (free) this.#claim(rivals[0]!, handle);
      later.push(...(free ? rivals.slice(1) : rivals));
    }
    for (const owner of later.sort((a, b) => (this.#order(a) < this.#order(b) ? -1 : 1))) this.handle(owner);
  }

  /** The handle of an owner, claimed where it was not: unknown names in texts are owners of their own. */
  handle(owner: string): string {
    const claimed = this.#claimed.get(owner);
    if (claimed !== undefined) return claimed;
    let handle = this.#handle(owner);
    for (let attempt = 1; this.#taken.has(handle); attempt++) {
      handle = `${this.#handle(owner)}-${this.#vocabulary.code('rival', letters.code, owner, attempt)}`;
    }
    return this.#claim(owner, handle);
  }

  /** A made-up value of `kind` for a field of a record; handles go by `handle`. */
  value(kind: Exclude<PseudonymKind, 'handle'>, field: string, id: string): string {
    if (kind !== 'title') return capitalised(this.#vocabulary.own(kind, letters[kind], field, id));
    const word = (n: number) => this.#vocabulary.own('title', letters.word, field, id, String(n));
    return `${capitalised(word(0))} ${word(1)} ${word(2)}`;
  }

  /** A made-up web address for one of the original; the same for the same, and always of one length. */
  url(address: string): string {
    const word = (n: number) => this.#vocabulary.own('url', letters.word, String(n), address);
    return `https://${word(0)}-${this.#vocabulary.code('url-code', letters.code, address)}.example/${word(1)}`;
  }

  email(owner: string): string {
    return `${this.handle(owner)}@example.org`;
  }

  /** A number below the country code 999, which is nobody's; twelve digits keep them apart. */
  phone(digits: string): string {
    for (let attempt = 0; ; attempt++) {
      const number = this.#key.digest('phone', attempt, digits).readBigUInt64LE(0) % 10n ** 12n;
      const phone = `+999 ${number.toString().padStart(12, '0')}`;
      const holder = this.#claimed.get(phone);
      if (holder === digits || holder === undefined) {
        this.#claimed.set(phone, digits);
        return phone;
      }
    }
  }

  #handle(owner: string): string {
    const first = this.#vocabulary.own('handle-1', letters.word, owner);
    const second = this.#vocabulary.own('handle-2', letters.word, owner);
    return `${first}-${second}-${this.#vocabulary.code('handle-code', letters.code, owner)}`;
  }

  #order(owner: string): string {
    return this.#key.digest('order', owner).toString('hex');
  }

  #claim(owner: string, handle: string): string {
    this.#taken.add(handle);
    this.#claimed.set(owner, handle);
    return handle;
  }
}
