import { type Cell, slugify } from '@cutover/records';

/** Text of a cell; NULL and '' are both absent. */
export function text(cell: Cell): string | undefined {
  return cell === null || cell === '' ? undefined : cell;
}

/** Whole number of a cell; absent where it is NULL or none that JavaScript holds exactly. */
export function integer(cell: Cell): number | undefined {
  if (cell === null || !/^-?\d+$/.test(cell)) return undefined;
  const number = Number(cell);
  return Number.isSafeInteger(number) ? number : undefined;
}

const stamp = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}:\d{2}:\d{2})(\.\d+)?)?$/;

/**
 * A TIMESTAMP or DATETIME, which dumps hold in UTC, as ISO 8601 (`2019-01-02T03:04:05Z`). Zero dates and NULL
 * are absent. Anything else comes back as it is, so that the sheet's schema refuses it.
 */
export function timestamp(cell: Cell): string | undefined {
  if (cell === null || cell === '') return undefined;
  const match = stamp.exec(cell);
  if (match === null) return cell;
  const [, year, month, day, time = '00:00:00', fraction = ''] = match;
  if (year === '0000' || month === '00' || day === '00') return undefined;
  const kept = fraction.replace(/0+$/, '');
  return `${year}-${month}-${day}T${time}${kept === '.' ? '' : kept}Z`;
}

/** The value where it is a member of an ENUM; '' (what MySQL stores for an invalid one) and NULL are absent. */
export function member<T extends string>(values: readonly T[], cell: Cell): T | undefined {
  return values.find((value) => value === cell);
}

/** Whether a text is a link that a browser opens as a web page. Both `http:` and `https:` are. */
export function isWebUrl(value: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^https?:\/\/[^\s/?#]/i.test(value) && !/[\u0000-\u001f\u007f]/.test(value) && URL.canParse(value);
}

/** A reference to a row; NULL and 0 mean none. */
export function reference(cell: Cell): readonly [string] | undefined {
  return cell === null || cell === '' || cell === '0' ? undefined : [cell];
}

/**
 * The slug that a handle wants. A slug is never a bare number and never empty: in the places where legacy took
 * a handle or a number, a number on the new site can then only be a legacy one.
 */
export function wantedSlug(handle: Cell, kind: string, id: Cell): string {
  const slug = slugify(handle ?? '');
  if (slug === '') return `${kind}-${id}`;
  return /^\d+$/.test(slug) ? `${kind}-${slug}` : slug;
}
