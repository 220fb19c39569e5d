import { createHash } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { assemble } from './archive.ts';
import { footer, header } from './dump-text.ts';
import { type Manifest, manifestPath, type ManifestTable, writeManifest } from './manifest.ts';
import { PartWriter } from './part.ts';
import { checkPrivileges, missingPrivileges } from './privileges.ts';
import type { Inventory } from './survey.ts';
import type { StoredPart, TableWork } from './table-work.ts';
import { type ServerAddress, shownAddress } from './url.ts';

/** What was read, ready to be put together. */
export interface Reading {
  readonly address: ServerAddress;
  readonly toolVersion: string;
  readonly startedAt: string;
  readonly inventory: Inventory;
  /** Tables left out by option. */
  readonly without: readonly string[];
  readonly works: readonly TableWork[];
  /** How it was read. */
  readonly settled: Pick<Manifest, 'snapshot' | 'withoutTransactions' | 'reconnects' | 'waitedMs'>;
}

/** Puts the parts together in `scratch`'s neighbour `partial`, and that at `out` with its manifest beside it. */
export async function writeArchive(
  { out, partial, scratch }: { readonly out: string; readonly partial: string; readonly scratch: string },
  reading: Reading,
): Promise<Manifest> {
  const { address, works, settled, startedAt, without } = reading;
  const { server, privileges } = reading.inventory.surveyed;
  const { text, objects, notIncluded } = reading.inventory.objects;
  const finishedAt = new Date();
  const tool = `cutover ${reading.toolVersion}`;
  const place = { host: address.socket ?? address.host, database: address.database };
  const parts = [
    await textPart(`${scratch}/head.gz`, header({ tool, ...place, serverVersion: server.version })),
    ...works.map(({ part }) => part as StoredPart),
    await textPart(`${scratch}/tail.gz`, text + footer(finishedAt)),
  ];
  const { offsets, bytes, sha256, plainBytes } = await assemble(partial, parts, scratch);
  const manifest: Manifest = {
    schemaVersion: 1,
    tool,
    database: address.database,
    source: shownAddress(address),
    server,
    startedAt,
    finishedAt: finishedAt.toISOString(),
    proven: checkPrivileges(privileges).outcome === 'holds',
    privilegesMissing: missingPrivileges(privileges),
    ...settled,
    file: { name: basename(out), bytes, sha256, plainBytes },
    longestStatement: Math.max(0, ...works.map(({ longest }) => longest)),
    tables: works.map((work, i) => manifestTable(work, offsets[i + 1] ?? 0)),
    objects,
    notIncluded: [...notIncluded, ...without.map((name) => `table ${name}: left out by option`)],
  };
  await rm(manifestPath(out), { force: true });
  await rename(partial, out);
  await writeManifest(out, manifest);
  return manifest;
}

async function textPart(path: string, text: string): Promise<StoredPart> {
  const writer = new PartWriter(path, 6);
  await writer.write(text);
  return { ...(await writer.finish()), offset: 0 };
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
