/** Nothing in it begins a host, and a browser reads it as it stands: what nearly all old URLs lead to. */
const plainPath = /^(?:\/[\w\-.~%]+)+$/;

/**
 * Why a `Location` may not be sent, or undefined where it may. It must be a path on this site, in the
 * characters that RFC 3986 allows: what a visitor typed may have got into it, and it goes into a header.
 */
export function locationFault(location: string): string | undefined {
  if (plainPath.test(location)) return undefined;
  if (!location.startsWith('/')) return 'it is no path on this site';
  if (/^\/[/\\]/.test(location)) return 'a browser would take it for another host';
  if (!/^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/.test(location)) return 'it has characters that no URL may have';
  const base = 'http://site.invalid';
  if (!URL.canParse(location, base) || new URL(location, base).origin !== base) return 'it leaves this site';
  return undefined;
}
