import type { FilesPart, SourceKey } from '@cutover/records';

/**
 * An address in a text: with a host, or from the root of the site. One that begins inside a word or another
 * address is none, so that an address that somebody's link carries in its query stays what it is.
 */
const address = /(?<![\w/.:%&?=#@~+-])((?:https?:)?\/\/[^\s/"'<>()[\]\\]+)?(\/[^\s"'<>()[\]\\]*)/gi;
const quotedAddress = /(?<=\b(?:href|src)=)(\/(?!\/)[^\s"'<>()[\]\\]*)/gi;

export interface LinkRules {
  readonly part: Pick<FilesPart, 'rowAt' | 'link'>;
  /** Host names of the legacy site, in lower case. */
  readonly hosts: ReadonlySet<string>;
  /** Whether the file of this row was taken over. */
  has(row: SourceKey): boolean;
}

/**
 * The text with links to files that were taken over leading to where they are now. Links to other sites, and to files
 * that are not there, stay as they are.
 */
export function rewriteLinks(text: string, rules: LinkRules): string {
  if (!text.includes('/')) return text;
  const path = (found: string, whole: string): string => {
    const tail = /[.,;:!?*_]+$/.exec(found)?.[0] ?? '';
    const row = rules.part.rowAt(found.slice(0, found.length - tail.length).split(/[?#]/, 1)[0]!);
    return row === undefined || !rules.has(row) ? whole : rules.part.link(row) + tail;
  };
  const absolute = text.replace(address, (whole, origin: string | undefined, found: string) => {
    if (origin !== undefined && !isOwn(origin, rules.hosts)) return whole;
    return path(found, whole);
  });
  return absolute.replace(quotedAddress, (whole, found: string) => path(found, whole));
}

function isOwn(origin: string, hosts: ReadonlySet<string>): boolean {
  const url = origin.startsWith('//') ? `https:${origin}` : origin;
  if (!URL.canParse(url)) return false;
  const { host, hostname } = new URL(url);
  return hosts.has(host) || hosts.has(hostname);
}
