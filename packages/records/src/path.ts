/** Part of a record's path: a field, or the first characters of a field (a shard). */
export interface PathPart {
  readonly field: string;
  readonly first?: number;
}

/** A sheet's path below its root, one part a directory level; the last is the file name without `.toml`. */
export type PathTemplate = readonly PathPart[];

/** The template in gitsheets' own words, for `.gitsheets/<sheet>.toml`. */
export function gitsheetsPath(template: PathTemplate): string {
  return template
    .map(({ field, first }) =>
      first === undefined ? `\${{ ${field} }}` : `\${{ ${field}.slice(0, ${first}) }}`,
    )
    .join('/');
}

/** Where a record lies in the tree, e.g. `people/3f/jane.toml`. Throws a TypeError where a field is no usable file name. */
export function recordPath(
  sheet: string,
  template: PathTemplate,
  record: Readonly<Record<string, unknown>>,
): string {
  let path = sheet;
  for (const { field, first } of template) {
    const value = record[field];
    if (typeof value !== 'string' || !isFileName(value)) {
      throw new TypeError(`${sheet}: ${field} is no file name: ${JSON.stringify(value)}`);
    }
    path += `/${first === undefined ? value : value.slice(0, first)}`;
  }
  return `${path}.toml`;
}

function isFileName(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return text !== '' && !text.startsWith('.') && !/[/\\:*?"<>|\u0000-\u001f]/.test(text);
}
