/** Tables of one site each: `wp_posts` of the main site, `wp_2_posts` of the second, numbered by themselves. */
export function siteTables(prefix: string, name: string): RegExp {
  return new RegExp(`^${escape(prefix)}(?:(?<scope>[1-9]\\d*)_)?${name}$`);
}

/** Tables of a site or of the network whose name is one of `names`, or begins with one that ends in `_`. */
export function ownTables(prefix: string, names: readonly string[]): RegExp {
  return new RegExp(`^${escape(prefix)}(?:[1-9]\\d*_)?(?:${oneOf(names)})$`);
}

/** The same under any other prefix: another installation's. */
export function foreignTables(prefix: string, names: readonly string[]): RegExp {
  return new RegExp(`^(?!${escape(prefix)})\\w*_(?:${oneOf(names)})$`);
}

const oneOf = (names: readonly string[]): string =>
  names.map((name) => (name.endsWith('_') ? `${name}\\w+` : name)).join('|');

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The number of the blog in the network that a scope stands for. */
export const blogOf = (scope: string): string => (scope === '' ? '1' : scope);

/** What a site is called on the new site. */
export const siteOf = (scope: string): string => (scope === '' ? 'main' : `site-${scope}`);
