import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { checkPrivileges } from './privileges.ts';
import type { SessionOptions } from './session.ts';
import { firstSession, survey } from './survey.ts';
import { type ServerAddress, shownAddress } from './url.ts';

/**
 * What can be told before anything is read: whether the server lets us in, which privilege is missing and what
 * cannot be proven without it, and which tables take more than a snapshot; and the tables' definitions, as a dump
 * without rows. Throws as connecting does.
 */
export async function preflightSource(
  address: ServerAddress,
  options: SessionOptions,
): Promise<{ readonly checks: readonly Check[]; readonly schema: string }> {
  const session = await firstSession(address, options);
  try {
    const { server, privileges, catalog } = await survey(session, address.database);
    const { tables, views, sequences } = catalog;
    const findings = new FindingList();
    if (tables.length === 0) {
      findings.add({
        code: 'source-empty',
        message: `${shownAddress(address)} has no tables that the account can see`,
        next: 'check the name of the database and what the account may read',
      });
    }
    const checks = [
      checkPrivileges(privileges),
      concludeCheck({
        id: 'source-tables',
        title: 'There are tables, and it is known how each is read',
        looked: tables.length,
        expected: 'at least one table',
        actual: `${tables.length} tables`,
        findings,
        evidence: {
          server: server.version,
          encrypted: address.tls === 'verify',
          bytes: tables.reduce((sum, table) => sum + table.bytes, 0),
          'without-transactions': tables
            .filter((table) => !table.transactional)
            .map((table) => `${table.name} (${table.engine})`),
          'without-key': tables.filter((table) => table.key === undefined).map(({ name }) => name),
          views: views.length,
          sequences: sequences.length,
          binaryLog: server.binaryLog,
        },
      }),
    ];
    return { checks, schema: tables.map(({ create }) => `${create};\n`).join('') };
  } finally {
    await session.close();
  }
}
