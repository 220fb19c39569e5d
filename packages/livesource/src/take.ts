import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, exitCodes, type Listener } from '@cutover/core';
import { assemble } from './archive.ts';
import { type Catalog, readCatalog } from './catalog.ts';
import { footer, header } from './dump-text.ts';
import { asCutoverError, isLost } from './errors.ts';
import { type Manifest, manifestPath, type ManifestTable, writeManifest } from './manifest.ts';
import { type ObjectsText, readObjects } from './objects.ts';
import { PartWriter } from './part.ts';
import { checkPrivileges, missingPrivileges, type Privileges, readPrivileges } from './privileges.ts';
import { reuseEarlier } from './reuse.ts';
import { readServer, type ServerFacts } from './server.ts';
import { Session, type SessionOptions } from './session.ts';
import { Settling } from './settling.ts';
import { type StoredPart, TableWork } from './table-work.ts';
import { Throttle, type ThrottleOptions } from './throttle.ts';
import { type ServerAddress, shownAddress } from './url.ts';

export interface TakeOptions extends SessionOptions, ThrottleOptions {
  readonly address: ServerAddress;
  /** Where the archive is to be; its manifest goes beside it. */
  readonly out: string;
  readonly toolVersion: string;
  /** Tables read at once. */
  readonly jobs?: number;
  /** False: never lock, not even for a moment. */
  readonly lock?: boolean;
  /** An archive that was taken before: what the server still has as it is there is copied from it. */
  readonly since?: string;
  /** Names of tables to leave out; what is left out is in the manifest. */
  readonly without?: readonly string[];
  /** gzip level, 1 to 9. */
  readonly level?: number;
  readonly pageRows?: number;
  /** How long a lost connection is tried again while nothing is read, in milliseconds. */
  readonly reconnectForMs?: number;
  /** Go on although SELECT on the whole database is not proven. */
  readonly acceptUnproven?: boolean;
  readonly onEvent?: Listener;
}

/** What is known of the server before anything is read. */
export interface Surveyed {
  readonly server: ServerFacts;
  readonly privileges: Privileges;
  readonly catalog: Catalog;
}

/**
 * Reads a database into one compressed dump with a manifest beside it: every row of one moment, or an error.
 * Nothing is written to the server. Throws CutoverError: `source-refused` (exit 2), `source-privilege`,
 * `source-unreachable` (exit 3), `source-lost`, `source-altered`, `source-keeps-changing` … (exit 7); then
 * neither file is there.
 */
export async function takeArchive(options: TakeOptions): Promise<Manifest> {
  const scratch = `${options.out}.parts`;
  const partial = `${options.out}.partial`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  try {
    const taking = new Taking(options, scratch);
    return await taking.run(partial);
  } catch (error) {
    await rm(partial, { force: true });
    throw asCutoverError(error, 'reading the source');
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Connects, and reads what the server has and what the account may. Throws as `takeArchive` does. */
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

class Taking {
  readonly #options: TakeOptions;
  readonly #scratch: string;
  readonly #throttle: Throttle;
  readonly #startedAt = new Date().toISOString();
  #rows = 0;
  #reconnects = 0;

  constructor(options: TakeOptions, scratch: string) {
    this.#options = options;
    this.#scratch = scratch;
    this.#throttle = new Throttle(options);
  }

  async run(partial: string): Promise<Manifest> {
    const { address } = this.#options;
    const { surveyed, objects } = await this.#survey();
    const works = this.#works(surveyed.catalog);
    const reuse = await reuseEarlier(this.#options.since, surveyed.server, address.database, works);
    const settling = new Settling(works, surveyed, {
      ...this.#options,
      throttle: this.#throttle,
      unchangedAt: reuse,
    });
    const settled = await settling.run();
    const reconnects = this.#reconnects + settled.reconnects;
    return this.#write(partial, surveyed, works, { ...settled, reconnects }, objects);
  }

  /** What there is to read. A connection that is lost here is made again like any other. */
  async #survey(): Promise<{ surveyed: Surveyed; objects: ObjectsText }> {
    const { address, reconnectForMs = 60_000 } = this.#options;
    const since = Date.now();
    for (
      let session = await firstSession(address, this.#options);
      ;
      session = await Session.open(address, this.#options)
    ) {
      try {
        const surveyed = await survey(session, address.database);
        this.#assertReadable(surveyed.privileges);
        assertNotEmpty(surveyed.catalog, address);
        const objects = await readObjects(
          session,
          surveyed.catalog,
          address.database,
          surveyed.privileges.held,
        );
        return { surveyed, objects };
      } catch (error) {
        if (!isLost(error) || Date.now() - since > reconnectForMs) throw error;
        this.#reconnects++;
        await sleep(200);
      } finally {
        await session.close();
      }
    }
  }

  #assertReadable(privileges: Privileges): void {
    const check = checkPrivileges(privileges);
    if (check.outcome === 'holds' || this.#options.acceptUnproven === true) return;
    const missing = check.findings[0]?.message ?? check.couldNotTell ?? '';
    throw new CutoverError('source-privilege', missing, {
      next: 'GRANT SELECT on the whole database (docs/operations/live-source.md), or say --accept-unproven if you know that nothing is hidden',
      exitCode: exitCodes.preflightFailed,
    });
  }

  #works({ tables }: Catalog): TableWork[] {
    const { without = [], level = 6, pageRows, onEvent } = this.#options;
    const onRows = (rows: number): void => {
      this.#rows += rows;
      void onEvent?.({ type: 'progress', phase: 'read', rowsDone: this.#rows });
    };
    const options = { dir: this.#scratch, level, pageRows, throttle: this.#throttle, onRows };
    return tables
      .filter(({ name }) => !without.includes(name))
      .map((table, i) => new TableWork(table, i, options));
  }

  async #write(
    partial: string,
    { server, catalog, privileges }: Surveyed,
    works: readonly TableWork[],
    settled: Pick<Manifest, 'snapshot' | 'withoutTransactions' | 'reconnects'>,
    objects: ObjectsText,
  ): Promise<Manifest> {
    const { address, out, toolVersion, without = [] } = this.#options;
    const finishedAt = new Date();
    const tool = `cutover ${toolVersion}`;
    const facts = {
      tool,
      host: address.socket ?? address.host,
      database: address.database,
      serverVersion: server.version,
    };
    const parts = [
      await this.#textPart('head', header(facts)),
      ...works.map(({ part }) => part as StoredPart),
      await this.#textPart('tail', objects.text + footer(finishedAt)),
    ];
    const assembled = await assemble(partial, parts, this.#scratch);
    const left = catalog.tables
      .filter(({ name }) => without.includes(name))
      .map(({ name }) => `table ${name}: left out by option`);
    const manifest: Manifest = {
      schemaVersion: 1,
      tool,
      database: address.database,
      source: shownAddress(address),
      server,
      startedAt: this.#startedAt,
      finishedAt: finishedAt.toISOString(),
      proven: checkPrivileges(privileges).outcome === 'holds',
      privilegesMissing: missingPrivileges(privileges),
      ...settled,
      file: {
        name: basename(out),
        bytes: assembled.bytes,
        sha256: assembled.sha256,
        plainBytes: assembled.plainBytes,
      },
      longestStatement: Math.max(0, ...works.map(({ longest }) => longest)),
      tables: works.map((work, i) => manifestTable(work, assembled.offsets[i + 1] ?? 0)),
      objects: objects.objects,
      notIncluded: [...objects.notIncluded, ...left],
    };
    await rm(manifestPath(out), { force: true });
    await rename(partial, out);
    await writeManifest(out, manifest);
    return manifest;
  }

  async #textPart(name: string, text: string): Promise<StoredPart> {
    const writer = new PartWriter(`${this.#scratch}/${name}.gz`, 6);
    await writer.write(text);
    return { ...(await writer.finish()), offset: 0 };
  }
}

function assertNotEmpty({ tables }: Catalog, address: ServerAddress): void {
  if (tables.length > 0) return;
  throw new CutoverError('source-empty', `${shownAddress(address)} has no tables that the account can see`, {
    next: 'check the name of the database and what the account may read',
    exitCode: exitCodes.preflightFailed,
  });
}

function manifestTable(work: TableWork, offset: number): ManifestTable {
  const { table, part, digest } = work;
  const numeric = table.key?.columns.every(({ kind }) => kind === 'number') === true;
  return {
    name: table.name,
    engine: table.engine,
    rows: digest.rows,
    sum: digest.sum,
    columns: table.columns.map(({ name }) => name),
    createSha256: createHash('sha256').update(table.create).digest('hex'),
    updatedAt: table.updatedAt,
    offset,
    bytes: part?.bytes ?? 0,
    plainBytes: part?.plainBytes ?? 0,
    sha256: part?.sha256 ?? '',
    longestStatement: work.longest,
    chunks: numeric ? work.chunks : [],
    rereads: work.rereads,
    resumes: work.resumes,
    reused: work.reused,
  };
}
