/** Characters that end lines, steer the direction of text, or are not seen. */
const unseen = /[\p{C}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * A name as it may stand in a greeting: one line, at most 60 characters, and nothing that mail programs make a
 * link of, as accounts of spammers are named like that. Undefined where nothing is left that is a name.
 */
export function safeName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const line = name
    .normalize('NFC')
    .replaceAll(/\s/gu, ' ')
    .replaceAll(unseen, '')
    .replaceAll(/ +/g, ' ')
    .trim();
  const isLink = /:\/\/|www\.|@|[\p{L}\p{N}]\.\p{L}{2,}/iu.test(line);
  return line === '' || isLink || [...line].length > 60 || !/\p{L}/u.test(line) ? undefined : line;
}
