/** What a permalink says of its post, as far as it can be found by it. */
export interface PermalinkMatch {
  readonly id?: string;
  readonly name?: string;
}

const patterns: Readonly<Record<string, string>> = {
  year: '\\d{4}',
  monthnum: '\\d{1,2}',
  day: '\\d{1,2}',
  hour: '\\d{1,2}',
  minute: '\\d{1,2}',
  second: '\\d{1,2}',
  post_id: '(?<id>\\d+)',
  postname: '(?<name>[^/]+)',
  category: '.+?',
};

/**
 * Matches a path (without slashes at its ends) against a site's pattern of permalinks, e.g.
 * `/%year%/%postname%/`. A page number may follow, as in posts of several pages. The date is not held
 * against the post: the legacy software led a wrong one to the right address.
 */
export function matchPermalink(structure: string, path: string): PermalinkMatch | undefined {
  const named = new Set<string>();
  const pattern = trim(structure)
    .split(/(%\w+%)/)
    .map((part) => {
      const tag = /^%(\w+)%$/.exec(part)?.[1];
      if (tag === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
      if (named.has(tag)) return '[^/]+';
      named.add(tag);
      return patterns[tag] ?? '[^/]+';
    })
    .join('');
  const groups = new RegExp(`^${pattern}(?:/\\d+)?$`).exec(path)?.groups;
  if (groups === undefined) return undefined;
  const { id, name } = groups;
  return { ...(id === undefined ? {} : { id }), ...(name === undefined ? {} : { name }) };
}

/** The fixed beginning of a pattern, without slashes: archives stand below it. */
export function frontOf(structure: string): string {
  return trim(structure.slice(0, structure.indexOf('%')));
}

/** A path without slashes at its ends, and without the `index.php` of servers that cannot rewrite. */
export function trim(path: string): string {
  return path.replaceAll(/^\/+|\/+$/g, '').replace(/^index\.php(?:\/|$)/, '');
}
