/** `Location` taken apart against the address it was given at. Undefined where it is no http(s) URL. */
export function resolveLocation(location: string, base: string): URL | undefined {
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  return /^https?:$/.test(url.protocol) ? url : undefined;
}

/**
 * Whether a `Location` is exactly the expected one: letter for letter, or the same path as an absolute URL
 * of the site. Where neither has a fragment, a browser carries over that of the address (RFC 9110 §10.2.2).
 */
export function isLocation(
  actual: string | undefined,
  expected: string,
  origin: string,
  url: string,
): boolean {
  if (actual === undefined) return false;
  const own = actual.startsWith(`${origin}/`) ? actual.slice(origin.length) : actual;
  if (own === expected || actual === expected) return true;
  const fragment = fragmentOf(url);
  return fragment !== '' && !own.includes('#') && `${own}${fragment}` === expected;
}

export function fragmentOf(url: string): string {
  const at = url.indexOf('#');
  return at === -1 ? '' : url.slice(at);
}

/** What goes over the wire of an address: path and query, never a fragment. */
export function requestTarget(url: string): string {
  const at = url.indexOf('#');
  return at === -1 ? url : url.slice(0, at);
}

/** `/…`, and not `//host/…`, which names another host. */
export function isPath(target: string): boolean {
  return target.startsWith('/') && !target.startsWith('//');
}
