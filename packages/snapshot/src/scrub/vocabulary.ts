import type { Draws, ScrubKey } from '../key.ts';

const consonants = [...'bdfgklmnprstvz'];
const vowels = [...'aeiou'];
/** Letters of codes: without vowels a code is no word. */
const codeLetters = [...'bcdfghjklmnpqrstvwxz'];

/** Lengths of the words that texts are written with; any length can be made up of them. */
export const textWordLengths = [3, 4, 5, 6, 7] as const;

/**
 * Made-up words. None is a word or name that the original has, so that verifying can tell what came through
 * from what was made up.
 */
export class Vocabulary {
  readonly #key: ScrubKey;
  readonly #taken: ReadonlySet<string>;
  readonly #words = new Map<number, readonly string[]>();

  /** `taken`: words of the original, folded. */
  constructor(key: ScrubKey, taken: ReadonlySet<string>) {
    this.#key = key;
    this.#taken = taken;
  }

  /** A word of a record's own, the same every time; another one only where the original has it. */
  own(use: string, letters: number, ...parts: readonly string[]): string {
    for (let attempt = 0; ; attempt++) {
      const word = madeUp(this.#key.draws(use, attempt, ...parts), letters);
      if (!this.#taken.has(word)) return word;
    }
  }

  code(use: string, letters: number, ...parts: readonly (string | number)[]): string {
    const draws = this.#key.draws(use, ...parts);
    return Array.from({ length: letters }, () => draws.pick(codeLetters)).join('');
  }

  /** A word for texts. */
  word(draws: Draws, letters: number): string {
    let words = this.#words.get(letters);
    if (words === undefined) {
      words = this.#makeWords(letters);
      this.#words.set(letters, words);
    }
    return draws.pick(words);
  }

  #makeWords(letters: number): readonly string[] {
    const draws = this.#key.draws('words', letters);
    const words = new Set<string>();
    for (let tries = 0; words.size < 256 && tries < 20_000; tries++) {
      const word = madeUp(draws, letters);
      if (!this.#taken.has(word)) words.add(word);
    }
    return words.size > 0 ? [...words] : ['q'.repeat(letters)];
  }
}

function madeUp(draws: Draws, letters: number): string {
  let word = '';
  for (let i = 0; i < letters; i++) word += draws.pick(i % 2 === 0 ? consonants : vowels);
  return word;
}

export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
