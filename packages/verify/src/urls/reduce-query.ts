/**
 * A URL with only the query parameters that matter, in the order of `significant`, and without its fragment:
 * what is answered alike is counted together.
 */
export function reduceQuery(url: string, significant: readonly string[]): string {
  const plain = url.includes('#') ? url.slice(0, url.indexOf('#')) : url;
  const at = plain.indexOf('?');
  if (at === -1) return plain;
  const path = plain.slice(0, at);
  const given = plain.slice(at + 1).split('&');
  const kept = significant.flatMap((name) => given.filter((pair) => nameOf(pair) === name));
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

function nameOf(pair: string): string {
  const name = pair.split('=', 1)[0]!;
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
