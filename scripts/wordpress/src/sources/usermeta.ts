import { defineSource, droppedColumn, foldedColumn } from '@cutover/records';
import { excluded, quarantined } from '../rules.ts';
import { isSpam, reference } from '../values.ts';

const carried = ['nickname', 'first_name', 'last_name', 'description'];
const credentials = /^session_tokens$|_application_passwords$/;

/** What an account says of itself, and much else: capabilities, screen layout, sessions. */
export const usermeta = (prefix: string) =>
  defineSource({
    source: 'usermeta',
    tables: [`${prefix}usermeta`],
    presence: 'required',
    key: ['umeta_id'],
    references: { user_id: { source: 'users', scope: '', goesWith: true } },
    columns: {
      umeta_id: droppedColumn('number of the row'),
      user_id: foldedColumn('the account'),
      meta_key: foldedColumn('which field of the account'),
      meta_value: foldedColumn('nickname, firstName, lastName, description', {
        only: { column: 'meta_key', values: carried },
      }),
    },
    keep: ['meta_value'],
    indexes: { byUser: ['user_id', 'meta_key'] },
    map(row, context) {
      if (credentials.test(row.meta_key ?? '')) return excluded('live-credentials');
      if (!carried.includes(row.meta_key ?? '')) return excluded('meta-not-carried');
      const key = reference(row.user_id);
      const user = key === undefined ? undefined : context.row('users', key);
      if (key === undefined || user === undefined) return quarantined('dangling-reference', 'user_id');
      if (isSpam(user)) return excluded('belongs-to-excluded');
      return { outcome: 'folded', into: { source: 'users', scope: '', key } };
    },
  });
