import { type Cell, type MapContext, slugify } from '@cutover/records';
import { siteOf } from './tables.ts';

/** Text of a cell; NULL and '' are both absent. */
export function text(cell: Cell | undefined): string | undefined {
  return cell === null || cell === undefined || cell === '' ? undefined : cell;
}

/** Whole number of a cell; absent where it is none. */
export function integer(cell: Cell): number | undefined {
  return cell !== null && /^-?\d{1,15}$/.test(cell) ? Number(cell) : undefined;
}

/** A DATETIME as ISO 8601 UTC; zero dates, which are many, are absent. */
export function timestamp(cell: Cell): string | undefined {
  if (cell === null || /^0000|-00/.test(cell.slice(0, 10))) return undefined;
  return `${cell.replace(' ', 'T')}Z`;
}

/** A reference to a row; 0 means none. */
export function reference(cell: Cell | undefined): readonly [string] | undefined {
  return text(cell) === undefined || cell === '0' ? undefined : [cell!];
}

/** The address where it is one of the web; absent otherwise. */
export function webUrl(cell: Cell): string | undefined {
  const url = (cell ?? '').trim();
  return /^https?:\/\/[^\s/?#]+/i.test(url) && URL.canParse(url) ? url : undefined;
}

/** A name as people read it: names of other than Latin letters are stored percent-encoded. */
export function decodeName(cell: Cell | undefined): string {
  try {
    return decodeURIComponent(cell ?? '');
  } catch {
    return cell ?? '';
  }
}

/**
 * The slug that a row of a site wants: the sites of a network do not compete, so that two sites may each have
 * a `hello-world`. Named by the row's number where nothing is left of its name.
 */
export function siteSlug(scope: string, name: Cell, kind: string, id: Cell): string {
  return `${siteOf(scope)}.${slugify(decodeName(name)) || `${kind}-${id}`}`;
}

/** The part of a settled slug that names the row within its site. */
export function nameInSite(slug: string | undefined, scope: string): string {
  return (slug ?? '').slice(siteOf(scope).length + 1);
}

/** Fields of every record that belongs to a site. */
export function siteFields(context: MapContext) {
  return {
    site: siteOf(context.scope),
    siteId:
      context.row('options', ['siteurl']) === undefined ? undefined : context.id('options', ['siteurl']),
  };
}

/** Id of an author's record; absent where the account is not there, or is not imported. */
export function authorId(context: MapContext, cell: Cell): string | undefined {
  const key = reference(cell);
  const user = key === undefined ? undefined : context.row('users', key, '');
  return user === undefined || isSpam(user) ? undefined : context.id('users', key, '');
}

/** Whether the network's administrators marked an account as spam or deleted. */
export function isSpam(user: Readonly<Record<string, unknown>>): boolean {
  return user['spam'] === '1' || user['deleted'] === '1';
}
