import { hash } from 'node:crypto';

export interface SourceKey {
  /** Logical source, e.g. `people`; not the spelling of the table. */
  readonly source: string;
  /** Part of a system that numbers its rows by itself, e.g. one site of a multisite; empty where there is one. */
  readonly scope?: string;
  /** Values of the primary key, in the order of the profile's `key`. */
  readonly key: readonly string[];
}

const variants = ['8', '9', 'a', 'b'] as const;

/**
 * The id of an imported record: a UUIDv8 (RFC 9562 §5.8) from SHA-256 over profile, source instance,
 * logical source, scope and primary key, each length-prefixed so that no two lists of parts collide.
 * Nothing else goes in: a corrected date or name never mints a second record.
 */
export function recordId(profile: string, instance: string, row: SourceKey): string {
  const { key } = row;
  let text = prefixOf(profile, instance, row.source, row.scope ?? '');
  for (let i = 0; i < key.length; i++) text += lengthPrefixed(key[i]!);
  const digest = hash('sha256', text, 'hex');
  // The version is the 13th hex digit, the variant the two high bits of the 17th.
  const variant = variants[Number.parseInt(digest[16]!, 16) & 3]!;
  const hex = `${digest.slice(0, 12)}8${digest.slice(13, 16)}${variant}${digest.slice(17, 32)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What the ids of a source have in common; that of the last sources is kept. */
const prefixes = new Map<string, { readonly of: readonly string[]; readonly text: string }>();

function prefixOf(profile: string, instance: string, source: string, scope: string): string {
  const known = prefixes.get(source);
  if (known?.of[0] === profile && known.of[1] === instance && known.of[2] === scope) return known.text;
  const parts = ['cutover-record-v1', profile, instance, source, scope];
  const text = parts.map(lengthPrefixed).join('');
  if (prefixes.size > 100) prefixes.clear();
  prefixes.set(source, { of: [profile, instance, scope], text });
  return text;
}

function lengthPrefixed(part: string): string {
  return `${Buffer.byteLength(part)}:${part}`;
}

/** A row's name in ledgers, findings and reports: `people/42`, `posts@2/7`, `tag-items/3,Laddr%5CProject,1`. */
export function rowName(row: SourceKey): string {
  const scope = row.scope === undefined || row.scope === '' ? '' : `@${encodeURIComponent(row.scope)}`;
  if (row.key.length === 1) return `${row.source}${scope}/${encodeURIComponent(row.key[0]!)}`;
  return `${row.source}${scope}/${row.key.map((part) => encodeURIComponent(part)).join(',')}`;
}

/** The row that a name stands for; undefined where the text is no row name. */
export function parseRowName(name: string): SourceKey | undefined {
  const match = /^([^@/]+)(?:@([^/]*))?\/(.*)$/.exec(name);
  if (match === null) return undefined;
  try {
    const key = match[3]!.split(',').map(decodeURIComponent);
    return { source: match[1]!, scope: decodeURIComponent(match[2] ?? ''), key };
  } catch {
    return undefined;
  }
}
