import type { Report } from './report.ts';
import { shellQuoted } from './shell-quoted.ts';

/** Where one version of a record is. */
export interface Version {
  readonly commit: string;
  readonly path: string;
  /** Address where it can be looked at, where one is known. */
  readonly url?: string;
}

/** A record that an import added, changed or removed. */
export interface ChangedRecord {
  readonly id: string;
  readonly before?: Version;
  readonly after?: Version;
}

export const kindsOfChange = ['added', 'changed', 'removed'] as const;
export type KindOfChange = (typeof kindsOfChange)[number];

/** What changed in one sheet: all are counted, the first of each kind listed. */
export interface SheetChanges extends Readonly<Record<KindOfChange, number>> {
  readonly listed: Readonly<Record<KindOfChange, readonly ChangedRecord[]>>;
}

/** Changes by sheet that a report has in its details, in the sheets' order by name; none where nothing was compared. */
export function changesOf({ details }: Report): readonly (readonly [sheet: string, SheetChanges])[] {
  const { delta } = details as { delta?: { sheets?: Readonly<Record<string, SheetChanges>> } };
  return Object.entries(delta?.sheets ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The record's path, or both where it was renamed. */
export function titleOfChange({ before, after }: ChangedRecord): string {
  const paths = [before?.path, after?.path].filter((path) => path !== undefined);
  return [...new Set(paths)].join(' → ');
}

/** A shell command that prints a version. */
export const showCommand = ({ commit, path }: Version): string =>
  `git show ${shellQuoted(`${commit}:${path}`)}`;

/**
 * The changes with an address at each version, where a forge shows it: `template` has `{commit}` and `{path}`. A path is
 * percent-encoded segment by segment.
 */
export function linkVersions<Changes extends { readonly sheets: Readonly<Record<string, SheetChanges>> }>(
  changes: Changes,
  template: string,
): Changes {
  const linked = (version: Version): Version => ({
    ...version,
    url: template
      .replaceAll('{commit}', version.commit)
      .replaceAll('{path}', () => version.path.split('/').map(encodeURIComponent).join('/')),
  });
  const records = (list: readonly ChangedRecord[]): ChangedRecord[] =>
    list.map(({ id, before, after }) => ({
      id,
      ...(before && { before: linked(before) }),
      ...(after && { after: linked(after) }),
    }));
  const sheets = Object.entries(changes.sheets).map(([sheet, { listed, ...counts }]) => [
    sheet,
    {
      ...counts,
      listed: {
        added: records(listed.added),
        changed: records(listed.changed),
        removed: records(listed.removed),
      },
    },
  ]);
  return { ...changes, sheets: Object.fromEntries(sheets) as Changes['sheets'] };
}
