const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const phone = /(?<![\w./:#-])\+?\d(?:[\s().-]{0,2}\d){8,14}(?![\w-])/g;
const secret = /[A-Za-z0-9_-]{20,}/g;
const digit = /\d/;
const moment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export type PrivateKind = 'email' | 'phone' | 'secret';

/** Texts in a public value that could be somebody's private one, in the form in which private ones are compared. */
export function* mentionsIn(value: string): Generator<{ kind: PrivateKind; text: string; found: string }> {
  if (value.includes('@')) {
    for (const [found] of value.matchAll(email)) yield { kind: 'email', text: foldAddress(found), found };
  }
  if (value.length < 9 || moment.test(value)) return;
  if (digit.test(value))
    for (const [found] of value.matchAll(phone))
      yield { kind: 'phone', text: found.replaceAll(/\D/g, ''), found };
  if (value.length < 20) return;
  for (const [found] of value.matchAll(secret)) {
    if (!uuid.test(found)) yield { kind: 'secret', text: found, found };
  }
}

/** What kind of private value a text is, and how it is compared; undefined where nobody would look for it. */
export function privateValue(value: string): { kind: PrivateKind; text: string } | undefined {
  if (value.length < 9 && !value.includes('@')) return undefined;
  if (/^[^\s@]+@[^\s@]+$/.test(value)) return { kind: 'email', text: foldAddress(value) };
  const digits = value.replaceAll(/[\s().+-]/g, '');
  if (/^\d{9,15}$/.test(digits)) return { kind: 'phone', text: digits };
  const runs = value.length < 20 || /\s/.test(value) ? null : value.match(secret);
  if (runs === null || uuid.test(value)) return undefined;
  return { kind: 'secret', text: runs.reduce((a, b) => (b.length > a.length ? b : a)) };
}

/** An address without regard to case, as sign-in compares it. */
export function foldAddress(address: string): string {
  return address.trim().normalize('NFC').toLowerCase();
}
