import { setImmediate } from 'node:timers/promises';
import type { Sheet, StoredRecord } from '@cutover/records';

/** How long one search may keep other requests waiting. */
const sliceMs = 5;
const maxAtOnce = 4;
const maxRemembered = 64;

/** Too many searches are under way already. */
export class SearchBusy extends Error {}

/**
 * Looks for words in what people wrote and were called. There is no index: one would cost as much memory as the
 * records. Records are read one after the other, other requests in between; what was found is remembered for the
 * next pages of it.
 */
export class Searches {
  readonly #found = new Map<string, Promise<readonly StoredRecord[]>>();
  #commit: string | undefined;
  #running = 0;

  /**
   * Records with every word of `words` in some field, without regard to case and accents; those with all of
   * them in `title` first, otherwise in the order given. `key` names the records of a commit; what was found in
   * an earlier one is forgotten, as it would keep its records in memory. Throws SearchBusy.
   */
  find(
    input: SearchInput & { readonly key: string; readonly commit: string },
  ): Promise<readonly StoredRecord[]> {
    if (input.commit !== this.#commit) this.#found.clear();
    this.#commit = input.commit;
    const wanted = wordsOf(input.words);
    const key = JSON.stringify([input.key, wanted]);
    const before = this.#found.get(key);
    if (before !== undefined) return before;
    if (this.#running >= maxAtOnce) throw new SearchBusy('too many searches at once');
    this.#running++;
    const finding = search(input, wanted).finally(() => this.#running--);
    this.#found.set(key, finding);
    finding.catch(() => this.#found.delete(key));
    if (this.#found.size > maxRemembered) this.#found.delete(this.#found.keys().next().value!);
    return finding;
  }
}

export interface SearchInput {
  readonly records: readonly StoredRecord[];
  readonly fields: readonly string[];
  readonly words: string;
  readonly title: (record: StoredRecord) => string;
}

/** Fields of a sheet in which a search looks: what people wrote, and names that are looked up. */
export function searchedFields(sheet: Sheet): string[] {
  return [...new Set([...sheet.freeText, ...Object.keys(sheet.indexes)])];
}

/** Whether there is anything to look for. */
export function hasWords(text: string): boolean {
  return wordsOf(text).length > 0;
}

async function search(
  { records, fields, title }: SearchInput,
  wanted: readonly string[],
): Promise<StoredRecord[]> {
  const [first, rest]: [StoredRecord[], StoredRecord[]] = [[], []];
  // A copy: records may be put in between while others have their turn.
  const all = [...records];
  let since = performance.now();
  for (let index = 0; index < all.length; index++) {
    if (index % 256 === 255 && performance.now() - since > sliceMs) {
      await setImmediate();
      since = performance.now();
    }
    const record = all[index]!;
    const text = fold(textOf(record, fields));
    if (!wanted.every((word) => text.includes(word))) continue;
    const name = fold(title(record));
    (wanted.every((word) => name.includes(word)) ? first : rest).push(record);
  }
  for (const record of rest) first.push(record);
  return first;
}

function textOf(record: StoredRecord, fields: readonly string[]): string {
  let text = '';
  for (const field of fields) {
    const value = record[field];
    if (typeof value === 'string') text += `${value}\n`;
  }
  return text;
}

function wordsOf(text: string): string[] {
  return [...new Set(fold(text).split(/\s+/).filter(Boolean))].sort();
}

/** Lower case without accents. */
function fold(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
