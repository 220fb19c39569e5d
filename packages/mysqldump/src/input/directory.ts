/** Directories that mydumper, dumpling and mysqldump --tab write, in an order in which every table comes first. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DumpError } from '../error.ts';
import type { Input, Section } from './source.ts';

const compressed = /\.(gz|zst|bz2|xz|lz4)$/;

interface Found {
  readonly path: string;
  /** File name without the ending of the compression. */
  readonly base: string;
}

export async function listDirectory(path: string): Promise<Input> {
  const names = (await readdir(path)).sort(byNumber);
  const files = names.map((name): Found => ({ path: join(path, name), base: name.replace(compressed, '') }));
  let bytesTotal = 0;
  for (const { path: one } of files) bytesTotal += (await stat(one)).size;
  if (files.some(({ base }) => base === '@.json')) {
    throw new DumpError('layout-unsupported', 'the directory is a dump of MySQL Shell, whose rows are TSV', {
      file: path,
    });
  }
  const dumper = files.some(({ base }) => /-schema(-create)?\.sql$/.test(base) || /^metadata/.test(base));
  const sections = dumper ? dumperSections(files) : tabSections(files);
  if (sections.length === 0)
    throw new DumpError('layout-unsupported', 'the directory holds no dump', { file: path });
  return { sections, bytesTotal };
}

/** Chunks `t.00010.sql` behind `t.00009.sql`, and beyond 5 digits too. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** `db-schema-create.sql`, `db.table-schema.sql`, `db.table.sql`, `db.table.00001.sql`; views and programs carry no rows. */
function dumperSections(files: readonly Found[]): Section[] {
  const sql = files.filter(({ base }) => base.endsWith('.sql'));
  const rank = ({ base }: Found): number =>
    base.endsWith('-schema-create.sql') ? 0 : base.endsWith('-schema.sql') ? 1 : 2;
  const without =
    /-schema-(view|triggers|post|sequence|checksum|indexes|constraints)\.sql$|-(trigger|post|checksum)\.sql$/;
  return sql
    .filter(({ base }) => !without.test(base))
    .sort((a, b) => rank(a) - rank(b))
    .map((found) => section(found, databaseOf(found, rank(found))));
}

/** File names hold `database.table`; dumpling percent-encodes what a file name cannot hold. */
function databaseOf({ base }: Found, rank: number): string | undefined {
  if (rank === 0) return undefined;
  const dot = base.indexOf('.');
  return dot <= 0 ? undefined : unescapeName(base.slice(0, dot));
}

function unescapeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function section(found: Found, database: string | undefined): Section {
  return {
    files: [{ name: found.path, path: found.path, stream: undefined }],
    format: 'sql',
    connection: { database },
  };
}

/** `table.sql` and `table.txt`, as mysqldump --tab writes them; other .sql files of the directory are read too. */
function tabSections(files: readonly Found[]): Section[] {
  const texts = new Map(
    files.filter(({ base }) => base.endsWith('.txt')).map((one) => [one.base.slice(0, -4), one]),
  );
  const sections: Section[] = [];
  for (const found of files.filter(({ base }) => base.endsWith('.sql'))) {
    sections.push(section(found, undefined));
    const name = found.base.slice(0, -4);
    const text = texts.get(name);
    if (text === undefined) continue;
    const file = { name: text.path, path: text.path, stream: undefined };
    sections.push({ files: [file], format: 'tab', connection: undefined, table: unescapeName(name) });
    texts.delete(name);
  }
  const [orphan] = texts.values();
  if (orphan !== undefined && sections.length > 0) {
    throw new DumpError('layout-unsupported', 'there is no .sql file with the table of this text', {
      file: orphan.path,
    });
  }
  return sections;
}
