const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const phone = /(?<![\w./:#-])\+?\d(?:[\s().-]{0,2}\d){8,14}(?![\w-])/g;
const secret = /[A-Za-z0-9_-]{20,}/g;
const long = /[A-Za-z0-9_-]{20}/;
const moment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type PrivateKind = 'email' | 'phone' | 'secret';

/** Texts in a public value that could be somebody's private one, in the form in which private ones are compared. */
export function mentionsIn(value: string): readonly Mention[] {
  // Few values hold any: what tells so is cheap, and nothing is made for those that don't.
  const mayHave = {
    email: value.includes('@'),
    phone: hasDigits(value, phoneDigits),
    secret: value.length >= 20 && long.test(value),
  };
  if (!mayHave.email && !mayHave.phone && !mayHave.secret) return none;
  const found: Mention[] = [];
  if (mayHave.email)
    for (const [text] of value.matchAll(email))
      found.push({ kind: 'email', text: foldAddress(text), found: text });
  if (moment.test(value)) return found;
  if (mayHave.phone)
    for (const [text] of value.matchAll(phone))
      found.push({ kind: 'phone', text: text.replaceAll(/\D/g, ''), found: text });
  if (mayHave.secret)
    for (const [text] of value.matchAll(secret))
      if (!uuid.test(text)) found.push({ kind: 'secret', text, found: text });
  return found;
}

/** A text in a public value that could be somebody's private one. */
export interface Mention {
  readonly kind: PrivateKind;
  readonly text: string;
  readonly found: string;
}

const none: readonly Mention[] = [];
const phoneDigits = 9;

/** Whether a text has so many digits, wherever they are. */
function hasDigits(value: string, count: number): boolean {
  if (value.length < count) return false;
  let digits = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code >= 48 && code <= 57 && ++digits === count) return true;
  }
  return false;
}

/** What kind of private value a text is, and how it is compared; undefined where nobody would look for it. */
export function privateValue(value: string): { kind: PrivateKind; text: string } | undefined {
  if (value.length < 9 && !value.includes('@')) return undefined;
  if (value.includes('@') && /^[^\s@]+@[^\s@]+$/.test(value))
    return { kind: 'email', text: foldAddress(value) };
  if (hasDigits(value, phoneDigits)) {
    const digits = value.replaceAll(/[\s().+-]/g, '');
    if (/^\d{9,15}$/.test(digits)) return { kind: 'phone', text: digits };
  }
  const runs = value.length < 20 || /\s/.test(value) ? null : value.match(secret);
  if (runs === null || uuid.test(value)) return undefined;
  return { kind: 'secret', text: runs.reduce((a, b) => (b.length > a.length ? b : a)) };
}

/** An address without regard to case, as sign-in compares it. */
export function foldAddress(address: string): string {
  return address.trim().normalize('NFC').toLowerCase();
}
