/**
 * A URL with only the query parameters that matter, in the order of `significant`, and without its fragment:
 * what is answered alike is counted together.
 */
export function reduceQuery(url: string, significant: readonly string[]): string {
  const plain = url.includes('#') ? url.slice(0, url.indexOf('#')) : url;
  const at = plain.indexOf('?');
  if (at === -1) return plain;
  const path = plain.slice(0, at);
  if (significant.length === 0) return path;
  const given = plain.slice(at + 1).split('&');
  const names = given.map(nameOf);
  const kept = significant.flatMap((name) => given.filter((_pair, i) => names[i] === name));
  return kept.length === 0 ? path : `${path}?${kept.join('&')}`;
}

function nameOf(pair: string): string {
  const end = pair.indexOf('=');
  const name = end === -1 ? pair : pair.slice(0, end);
  if (!/[%+]/.test(name)) return name;
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    return name;
  }
}
