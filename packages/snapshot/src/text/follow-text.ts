/** What a text mentions, in the order in which it does. */
export interface Mention {
  readonly kind: 'id' | 'email' | 'url' | 'mention' | 'path' | 'phone';
  readonly text: string;
}

const id = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const email = '[\\p{L}\\p{N}._%+-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+';
const url = 'https?:\\/\\/[^\\s<>"\')\\]]+';
const mention = '(?<![\\p{L}\\p{N}._%+-])@[\\p{L}\\p{N}][\\p{L}\\p{N}_.:-]*[\\p{L}\\p{N}]';
const path = '(?<![\\p{L}\\p{N}<:/.])\\/[\\p{L}\\p{N}][\\p{L}\\p{N}._~%-]*(?:\\/[\\p{L}\\p{N}._~%-]+)*';
const phone = '(?<![\\p{L}\\p{N}])\\+?\\(?\\d(?:[\\s().-]{0,2}\\d){8,14}(?!\\d)';

const all = new RegExp(
  `(?<id>${id})|(?<url>${url})|(?<email>${email})|(?<mention>${mention})|(?<path>${path})|(?<phone>${phone})`,
  'gu',
);

/** Ids, addresses, mentions, paths and telephone numbers in a text. */
export function mentionsIn(text: string): Mention[] {
  if (!/[@/\d]/.test(text)) return [];
  const found: Mention[] = [];
  for (const { 0: whole, groups = {} } of text.matchAll(all)) {
    for (const [kind, value] of Object.entries(groups)) {
      if (value !== undefined) found.push({ kind: kind as Mention['kind'], text: trimmed(kind, whole) });
    }
  }
  return found;
}

/** Without the full stop or comma that ends the sentence rather than the address. */
const trimmed = (kind: string, text: string): string =>
  kind === 'url' || kind === 'path' || kind === 'email' ? text.replace(/[.,;:!?]+$/, '') : text;
