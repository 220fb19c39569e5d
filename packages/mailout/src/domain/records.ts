/** `tag=value; tag=value` as DKIM and DMARC write it (RFC 6376 §3.2): names in small letters, no name twice. */
export function tagsOf(record: string): ReadonlyMap<string, string> | undefined {
  const tags = new Map<string, string>();
  for (const part of record.split(';')) {
    if (part.trim() === '') continue;
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim().toLowerCase();
    if (at < 1 || tags.has(name)) return undefined;
    tags.set(name, part.slice(at + 1).trim());
  }
  return tags;
}

/** A term of SPF (RFC 7208 §4.6.1): what it does, and with which domain or value. */
export interface SpfTerm {
  readonly qualifier: string;
  readonly name: string;
  readonly value: string;
}

/** The terms of a record that begins with `v=spf1`. */
export function spfTerms(record: string): SpfTerm[] {
  return record
    .trim()
    .split(/\s+/)
    .slice(1)
    .map((term) => {
      const [, qualifier = '', name = '', value = ''] =
        /^([+?~-]?)([a-z0-9]+)(?:[:=](.*))?/i.exec(term) ?? [];
      return {
        qualifier: qualifier === '' ? '+' : qualifier,
        name: name.toLowerCase(),
        value: value.toLowerCase(),
      };
    });
}

/** Terms that make a receiver ask once more (RFC 7208 §4.6.4); it gives up after ten. */
export const askingTerms: ReadonlySet<string> = new Set(['include', 'a', 'mx', 'ptr', 'exists', 'redirect']);
export const mostQuestions = 10;
