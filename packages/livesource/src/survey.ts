import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { type Catalog, readCatalog } from './catalog.ts';
import { isLost } from './errors.ts';
import { type ObjectsText, readObjects } from './objects.ts';
import { checkPrivileges, type Privileges, readPrivileges } from './privileges.ts';
import { readServer, type ServerFacts } from './server.ts';
import { Session, type SessionOptions } from './session.ts';
import { type ServerAddress, shownAddress } from './url.ts';

/** What is known of the server before anything is read. */
export interface Surveyed {
  readonly server: ServerFacts;
  readonly privileges: Privileges;
  readonly catalog: Catalog;
}

/** Reads what the server has and what the account may. */
export async function survey(session: Session, database: string): Promise<Surveyed> {
  const server = await readServer(session);
  return {
    server,
    privileges: await readPrivileges(session, database),
    catalog: await readCatalog(session, server.flavour === 'mariadb'),
  };
}

/** The first connection: one attempt. A server that is not there is no fault to resume from. */
export async function firstSession(address: ServerAddress, options: SessionOptions): Promise<Session> {
  try {
    return await Session.open(address, options);
  } catch (error) {
    if (!isLost(error)) throw error;
    throw new CutoverError('source-unreachable', `${shownAddress(address)} cannot be reached`, {
      next: 'check host and port, the firewall, and the SSH tunnel if there is one',
      exitCode: exitCodes.preflightFailed,
      cause: error,
    });
  }
}

export interface InventoryOptions extends SessionOptions {
  readonly address: ServerAddress;
  readonly without?: readonly string[];
  readonly reconnectForMs?: number;
  readonly acceptUnproven?: boolean;
  /** Done once, when the server has let us in and before anything is read; what it throws ends it. */
  readonly onSignedIn?: () => Promise<unknown>;
}

export interface Inventory {
  readonly surveyed: Surveyed;
  readonly objects: ObjectsText;
  readonly reconnects: number;
}

/**
 * What there is to read, and the definitions of all that is no table. A connection that is lost here is made
 * again like any other. Throws CutoverError `source-privilege`, `source-empty`, `source-no-table` (exit 3), and
 * as connecting does.
 */
export async function takeInventory(options: InventoryOptions): Promise<Inventory> {
  const { address, reconnectForMs = 60_000 } = options;
  const since = Date.now();
  for (let reconnects = 0; ; reconnects++) {
    let session: Session | undefined;
    try {
      session = await (reconnects === 0 ? firstSession(address, options) : Session.open(address, options));
      if (reconnects === 0) await options.onSignedIn?.();
      return { ...(await inventory(session, options)), reconnects };
    } catch (error) {
      if (!isLost(error) || Date.now() - since > reconnectForMs) throw error;
      await sleep(200);
    } finally {
      await session?.close();
    }
  }
}

async function inventory(
  session: Session,
  { address, acceptUnproven, without = [] }: InventoryOptions,
): Promise<Omit<Inventory, 'reconnects'>> {
  const surveyed = await survey(session, address.database);
  const { privileges, catalog } = surveyed;
  if (acceptUnproven !== true) assertReadable(privileges);
  assertNotEmpty(catalog, address);
  assertKnown(catalog, without, address);
  const objects = await readObjects(session, catalog, address.database, privileges.held);
  return { surveyed, objects };
}

function assertReadable(privileges: Privileges): void {
  const check = checkPrivileges(privileges);
  if (check.outcome === 'holds') return;
  const missing = check.findings[0]?.message ?? check.couldNotTell ?? '';
  throw new CutoverError('source-privilege', missing, {
    next: 'GRANT SELECT on the whole database (docs/operations/live-source.md), or say --accept-unproven if you know that nothing is hidden',
    exitCode: exitCodes.preflightFailed,
  });
}

function assertNotEmpty({ tables }: Catalog, address: ServerAddress): void {
  if (tables.length > 0) return;
  throw new CutoverError('source-empty', `${shownAddress(address)} has no tables that the account can see`, {
    next: 'check the name of the database and what the account may read',
    exitCode: exitCodes.preflightFailed,
  });
}

function assertKnown({ tables }: Catalog, without: readonly string[], address: ServerAddress): void {
  const unknown = without.filter((name) => !tables.some((table) => table.name === name));
  if (unknown.length === 0) return;
  throw new CutoverError(
    'source-no-table',
    `${shownAddress(address)} has no table ${unknown.join(', ')} that could be left out`,
    {
      next: 'check the names given with --without; they are taken letter for letter',
      exitCode: exitCodes.preflightFailed,
      data: { tables: unknown },
    },
  );
}
