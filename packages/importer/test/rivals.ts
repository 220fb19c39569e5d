import type { MapContext, Profile, Row } from '@cutover/records';
import { tiny } from './tiny.ts';

/**
 * Whether a name says that its member does not fit beside others: `!m7` not where member 7 is there, `!n7` not where
 * note 7 is, `?m8!m7` not where 7 is there and 8 is not, `=twin` not where another has the same name.
 */
function isRival(name: string, context: MapContext): boolean {
  if (name.startsWith('=')) return [...context.rows('members', 'byName', [name])].length > 1;
  const said = /^(?:\?(?<without>[mn]\d+))?!(?<beside>[mn]\d+)$/.exec(name)?.groups;
  if (said === undefined) return false;
  const isThere = (row: string): boolean =>
    context.row(row.startsWith('m') ? 'members' : 'notes', [row.slice(1)], '') !== undefined;
  return !(said['without'] !== undefined && isThere(said['without'])) && isThere(said['beside']!);
}

/** The tiny system, where some members do not fit because another row is there, which may not fit itself. */
export const rivals: Profile = {
  ...tiny,
  name: 'rivals',
  sources: tiny.sources.map((source) =>
    source.source !== 'members'
      ? source
      : {
          ...source,
          indexes: { byName: ['name'] },
          map: (row: Row, context: MapContext) =>
            isRival(String(row['name']), context)
              ? { outcome: 'quarantined', rule: 'rival' }
              : source.map(row, context),
        },
  ),
  rules: { ...tiny.rules, rival: 'it does not go with another row' },
};
