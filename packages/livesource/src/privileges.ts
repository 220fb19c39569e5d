import { type Check, concludeCheck, type Finding } from '@cutover/core';
import type { Session } from './session.ts';

/** What the account of a live source may do in its database. `unproven`: the grants cannot be read in full. */
export interface Privileges {
  readonly held: ReadonlySet<string>;
  readonly unproven: boolean;
}

/** A privilege, what needs it, and what is the case without it. The first one is required. */
export const wantedPrivileges: readonly { name: string; or?: string; scope: string; without: string }[] = [
  {
    name: 'SELECT',
    scope: 'the database',
    without: 'tables that the account cannot see are missing from the source, and nothing would tell',
  },
  {
    name: 'RELOAD',
    scope: '*.*',
    without: 'tables that know no transactions are read until their digests agree, without a lock',
  },
  {
    name: 'LOCK TABLES',
    scope: 'the database',
    without: 'several connections can share a snapshot only where the server tells its position',
  },
  {
    name: 'BINLOG MONITOR',
    or: 'REPLICATION CLIENT',
    scope: '*.*',
    without: 'the position in the binary log may be unknown, and a delta then rests on digests alone',
  },
  {
    name: 'SLAVE MONITOR',
    or: 'REPLICATION CLIENT',
    scope: '*.*',
    without:
      'how far a replica is behind cannot be seen: --max-lag is refused, and a delta rests on digests alone where replicated changes may stay out of the binary log',
  },
  { name: 'SHOW VIEW', scope: 'the database', without: 'views are not in the archive' },
  {
    name: 'TRIGGER',
    scope: 'the database',
    without: 'triggers are not in the archive, and whether there are any is not known',
  },
  {
    name: 'EVENT',
    scope: 'the database',
    without: 'events are not in the archive, and whether there are any is not known',
  },
];

/** Reads SHOW GRANTS, the active roles' lines among them. */
export async function readPrivileges(session: Session, database: string): Promise<Privileges> {
  const lines = (await session.query('SHOW GRANTS')).map(([line]) => line ?? '');
  return parseGrants(lines, database);
}

/** What GRANT lines allow in a database. Grants on single tables do not count: they prove nothing of the others. */
export function parseGrants(lines: readonly string[], database: string): Privileges {
  const held = new Set<string>();
  let unproven = false;
  for (const line of lines) {
    const found = /^GRANT (.+?) ON (?:(?:TABLE )?)((?:`(?:[^`]|``)*`|\*)\.(?:`(?:[^`]|``)*`|\*)) TO /.exec(
      line,
    );
    if (found === null) {
      // A role whose lines are not shown, or a form of later servers.
      if (/^GRANT /.test(line) && !/^GRANT PROXY /.test(line) && !/ ON /.test(line)) unproven = true;
      continue;
    }
    const scope = found[2] ?? '';
    if (!scope.endsWith('.*') || !covers(scope.slice(0, -2), database)) continue;
    const names = (found[1] ?? '')
      .replaceAll(/\([^)]*\)/g, '')
      .split(',')
      .map((name) => name.trim().toUpperCase());
    for (const name of names) {
      if (name === 'ALL PRIVILEGES' || name === 'ALL')
        for (const one of wantedPrivileges) addIf(held, one, scope);
      else held.add(name);
    }
  }
  for (const { name, or } of wantedPrivileges) if (or !== undefined && held.has(or)) held.add(name);
  // MySQL 8 splits RELOAD: this part is enough for FLUSH TABLES.
  if (held.has('FLUSH_TABLES')) held.add('RELOAD');
  return { held, unproven };
}

function addIf(held: Set<string>, { name, scope }: { name: string; scope: string }, granted: string): void {
  if (scope !== '*.*' || granted === '*.*') held.add(name);
}

/** Whether a database pattern of a grant (`%` and `_` are wildcards, `\` takes that from them) covers a name. */
function covers(pattern: string, database: string): boolean {
  if (pattern === '*') return true;
  const text = pattern.slice(1, -1).replaceAll('``', '`');
  const expression = text.replaceAll(
    /\\([%_])|([%_])|([.*+?^${}()|[\]\\])/g,
    (_all, plain?: string, wild?: string, other?: string) =>
      plain !== undefined ? plain : wild !== undefined ? (wild === '%' ? '.*' : '.') : `\\${other}`,
  );
  return new RegExp(`^${expression}$`, 'su').test(database);
}

/** What the account lacks, and what is the case without it. */
export function missingPrivileges({ held }: Privileges): Readonly<Record<string, string>> {
  return Object.fromEntries(
    wantedPrivileges.filter(({ name }) => !held.has(name)).map(({ name, without }) => [name, without]),
  );
}

/** Fails where SELECT on the whole database is missing; what else is missing stands in the evidence with what it means. */
export function checkPrivileges(privileges: Privileges): Check {
  const { held, unproven } = privileges;
  const required = wantedPrivileges.filter(({ name }) => name === 'SELECT' && !held.has(name));
  const findings: Finding[] = unproven
    ? []
    : required.map(({ name, scope, without }) => ({
        code: 'privilege-missing',
        message: `the account lacks ${name} on ${scope}: ${without}`,
        subject: name,
        next: `GRANT ${name} ON the_database.* TO the account`,
      }));
  return concludeCheck({
    id: 'source-privileges',
    title: 'The account may read the whole database',
    looked: wantedPrivileges.length,
    expected: 'SELECT on the database',
    actual: [...held].sort().join(', '),
    findings,
    evidence: { missing: missingPrivileges(privileges) },
    couldNotTell:
      unproven && required.length > 0
        ? 'the grants come from roles that SHOW GRANTS does not list'
        : undefined,
  });
}
