/** Lengths that generated texts have, in characters: what lies between would tell texts apart. */
export const textLengths = [24, 72, 200, 500, 1200, 3000, 7500, 18_000, 45_000, 110_000] as const;

const leastMarkupLevel = 3;

/** Kinds of markup that a text has. Which ones is kept, how often is not. */
const markups = {
  h: /^#{1,6} |<h[1-6]/m,
  l: /^\s*(?:[-*+]|\d+\.) |<li/m,
  a: /\]\(|<a\s/,
  c: /`|<code|<pre/,
  e: /\*\*?\w|__?\w|<(?:b|i|em|strong)>/,
  t: /<[a-z][^>]*>/i,
  r: /\r\n/,
} as const;

export interface TextShape {
  /** Index into `textLengths`. */
  readonly level: number;
  /** One letter for each kind of markup, in order. */
  readonly markup: string;
}

/** The shape that a text is written anew in. `needed`: characters of what has to be in it. */
export function measureText(text: string, needed = 0): TextShape {
  const level = nearest(text.length);
  let fitting = level;
  while (fitting < textLengths.length - 1 && textLengths[fitting]! < needed * 2 + 24) fitting++;
  let markup = '';
  // A short text has no room for markup beside what it mentions.
  if (fitting >= leastMarkupLevel)
    for (const [letter, has] of Object.entries(markups)) if (has.test(text)) markup += letter;
  return { level: fitting, markup };
}

function nearest(length: number): number {
  let best = 0;
  for (let i = 1; i < textLengths.length; i++) {
    if (Math.abs(Math.log(textLengths[i]! / length)) < Math.abs(Math.log(textLengths[best]! / length)))
      best = i;
  }
  return best;
}
