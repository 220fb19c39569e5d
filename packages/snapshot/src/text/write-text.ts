import type { Draws } from '../key.ts';
import { capitalised, textWordLengths, type Vocabulary } from '../scrub/vocabulary.ts';
import { textLengths, type TextShape } from './measure-text.ts';

/** Characters of a paragraph, about. */
const paragraph = 300;

/**
 * A text of made-up words of exactly the length that its shape says, with the kinds of markup that it says,
 * and `follow` somewhere in it in their order. The number of lines depends on the shape alone.
 */
export function writeText(
  vocabulary: Vocabulary,
  draws: Draws,
  shape: TextShape,
  follow: readonly string[] = [],
): string {
  const length = textLengths[shape.level]!;
  const has = (letter: string) => shape.markup.includes(letter);
  const newline = has('r') ? '\r\n' : '\n';
  const sentence = (words: number) => sentenceOf(vocabulary, draws, words);
  const blocks: string[] = [];
  if (has('h')) blocks.push(`## ${sentence(3)}`);
  if (has('t')) blocks.push(`<p>${sentence(4)}</p>`);
  if (has('l')) blocks.push(`- ${sentence(3)}${newline}- ${sentence(3)}`);
  if (has('e')) blocks.push(`**${word(vocabulary, draws)}** ${word(vocabulary, draws)}`);
  if (has('c')) blocks.push(`\`${word(vocabulary, draws)}\``);
  if (has('a')) blocks.push(`[${word(vocabulary, draws)}](https://${word(vocabulary, draws)}.example/)`);
  const head = blocks.map((block) => block + newline + newline).join('');
  const rest = length - head.length;
  if (rest < 12) return fill(vocabulary, draws, length, follow, 1, newline);
  const paragraphs = Math.max(1, Math.round(length / paragraph));
  return head + fill(vocabulary, draws, rest, follow, paragraphs, newline);
}

/** Paragraphs of exactly `length` characters together, blank lines included. */
function fill(
  vocabulary: Vocabulary,
  draws: Draws,
  length: number,
  follow: readonly string[],
  paragraphs: number,
  newline: string,
): string {
  const gaps = (paragraphs - 1) * newline.length * 2;
  const room = length - gaps;
  if (room < paragraphs * 8) return exactly(vocabulary, draws, length, follow);
  const texts: string[] = [];
  let [leftRoom, waiting] = [room, [...follow]];
  for (let i = 0; i < paragraphs; i++) {
    const share = i === paragraphs - 1 ? leftRoom : Math.floor(room / paragraphs);
    const taken: string[] = [];
    let used = 0;
    while (waiting.length > 0 && (i === paragraphs - 1 || used + waiting[0]!.length + 9 < share)) {
      used += waiting[0]!.length + 1;
      taken.push(waiting[0]!);
      waiting = waiting.slice(1);
    }
    texts.push(exactly(vocabulary, draws, share, taken));
    leftRoom -= share;
  }
  return texts.join(newline + newline);
}

/** Words and what follows, exactly `length` characters. What has no room is left out. */
function exactly(vocabulary: Vocabulary, draws: Draws, length: number, follow: readonly string[]): string {
  let text = '';
  const waiting = [...follow];
  while (waiting.length > 0) {
    const next = `${text === '' ? '' : ' '}${waiting.shift()!}`;
    if (text.length + next.length + 5 <= length) text += next;
  }
  if (text !== '' && text.length < length) text += ' ';
  return text + words(vocabulary, draws, length - text.length);
}

/** Words of exactly `length` characters with blanks between and a full stop after. */
function words(vocabulary: Vocabulary, draws: Draws, length: number): string {
  if (length < 4) return '.'.repeat(Math.max(0, length));
  let left = length - 1;
  const parts: string[] = [];
  let first = true;
  while (left > 0) {
    // What is left after this word and a blank must be 0 or a word again, so never 1 to 3.
    const fits = textWordLengths.filter((n) => n === left || left - n - 1 >= 3);
    const letters = fits.length === 0 ? left : draws.pick(fits);
    const made = vocabulary.word(draws, letters);
    parts.push(first ? capitalised(made) : made);
    first = draws.below(9) === 0;
    left -= letters + (left === letters ? 0 : 1);
  }
  return `${parts.join(' ')}.`;
}

const word = (vocabulary: Vocabulary, draws: Draws): string => vocabulary.word(draws, 5);

function sentenceOf(vocabulary: Vocabulary, draws: Draws, count: number): string {
  return capitalised(Array.from({ length: count }, () => word(vocabulary, draws)).join(' '));
}
