/** Directories that mydumper, dumpling and mysqldump --tab write, in an order in which every table comes first. */
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DumpError } from '../error.ts';
import { endingOf, unescaped } from './ending.ts';
import type { Input, Section } from './source.ts';
import { statOf } from './stat-of.ts';

interface Found {
  readonly path: string;
  /** File name without the ending of the compression. */
  readonly base: string;
}

export async function listDirectory(path: string): Promise<Input> {
  const names = (await readdir(path)).sort(byNumber);
  const files = names.map((name): Found => ({ path: join(path, name), base: withoutCompression(name) }));
  if (files.some(({ base }) => base === '@.json')) {
    throw new DumpError('layout-unsupported', 'the directory is a dump of MySQL Shell, whose rows are TSV', {
      file: path,
    });
  }
  const dumper = isDumperFolder(names);
  const sections = dumper ? dumperSections(files) : tabSections(files);
  if (sections.length === 0)
    throw new DumpError('layout-unsupported', 'the directory holds no dump', { file: path });
  const bytesTotal = await bytesOf(sections);
  assertNoneTwice(path, files);
  if (dumper) assertNoneLeft(files, sections);
  else await assertTexts(files, sections);
  const isText = sections.some(({ format }) => format === 'tab');
  // The closing lines of --tab are those of the tables' definitions: nothing says where a text ends.
  const unsaid = isText ? { file: path, finished: undefined, counts: [] } : undefined;
  const ending = dumper ? await endingOf(path, names) : unsaid;
  return { sections, bytesTotal, ...(ending === undefined ? {} : { ending }) };
}

/** A file that was unpacked or packed beside itself would give each of its rows twice. */
function assertNoneTwice(folder: string, files: readonly Found[]): void {
  const seen = new Set<string>();
  for (const { base } of files.filter((file) => /\.(sql|txt)$/.test(file.base))) {
    if (seen.has(base)) {
      const message = `${base} is there twice, packed and unpacked`;
      throw new DumpError('layout-unsupported', message, { file: folder });
    }
    seen.add(base);
  }
}

/** What is named as rows of a table are, and is not read, would be lost without a word. */
function assertNoneLeft(files: readonly Found[], sections: readonly Section[]): void {
  const read = new Set(sections.flatMap((one) => one.files.map(({ name }) => name)));
  const tables = files
    .filter(({ base }) => base.endsWith('-schema.sql'))
    .map(({ base }) => base.slice(0, -11));
  for (const { path, base } of files) {
    const isOf = (table: string): boolean => base.startsWith(`${table}.`);
    if (read.has(path) || withoutRows.test(base) || !tables.some(isOf)) continue;
    throw new DumpError('layout-unsupported', 'this is named as rows of a table are, and is no SQL', {
      file: path,
    });
  }
}

/** --tab leaves a text of each table, of one without rows an empty one; views and programs have none. */
async function assertTexts(files: readonly Found[], sections: readonly Section[]): Promise<void> {
  const tables = new Set(
    sections.flatMap(({ format, files: [file] }) => (format === 'tab' ? [file!.name] : [])),
  );
  if (tables.size === 0) return;
  const texts = new Set(files.filter(({ path }) => tables.has(path)).map(({ base }) => base.slice(0, -4)));
  for (const { path, base } of files) {
    if (!base.endsWith('.sql') || !path.endsWith('.sql') || texts.has(base.slice(0, -4))) continue;
    if (!/^CREATE TABLE /m.test(await headOf(path))) continue;
    throw new DumpError('layout-unsupported', 'there is no text with the rows of this table', { file: path });
  }
}

async function headOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Of the files that are read: others may lie beside them. Throws DumpError `file-unreadable`. */
async function bytesOf(sections: readonly Section[]): Promise<number> {
  let bytes = 0;
  for (const { files, format } of sections) {
    const { name } = files[0]!;
    const found = await statOf(name);
    if (found.isDirectory())
      throw new DumpError('file-unreadable', 'this is a directory, and no file', { file: name });
    // An empty text of --tab is a table without rows; a maker of SQL writes no file for one.
    if (found.size === 0 && format === 'sql')
      throw new DumpError('empty', 'the file is empty', { file: name });
    bytes += found.size;
  }
  return bytes;
}

/** Whether files of these names are what mydumper or dumpling writes. */
export function isDumperFolder(names: readonly string[]): boolean {
  return names
    .map(withoutCompression)
    .some((base) => /-schema(-create)?\.sql$/.test(base) || /^metadata(\.partial|$)/.test(base));
}

const withoutCompression = (name: string): string => name.replace(/\.(gz|zst|bz2|xz|lz4)$/, '');

/** Chunks `t.00010.sql` behind `t.00009.sql`, and beyond 5 digits too. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

const withoutRows =
  /-schema-(view|triggers|post|sequence|checksum|indexes|constraints)\.sql$|-(trigger|post|checksum)\.sql$/;

/** `db-schema-create.sql`, `db.table-schema.sql`, `db.table.sql`, `db.table.00001.sql`; views and programs carry no rows. */
function dumperSections(files: readonly Found[]): Section[] {
  const sql = files.filter(({ base }) => base.endsWith('.sql'));
  const bases = new Set(sql.map(({ base }) => base));
  // A table may be named `t-post` or `t-schema`: what has a schema of its own is rows.
  const isRows = (base: string): boolean => bases.has(`${base.slice(0, -4)}-schema.sql`);
  const rank = ({ base }: Found): number =>
    isRows(base) ? 2 : base.endsWith('-schema-create.sql') ? 0 : base.endsWith('-schema.sql') ? 1 : 2;
  return sql
    .filter(({ base }) => isRows(base) || !withoutRows.test(base))
    .sort((a, b) => rank(a) - rank(b))
    .map((found) => section(found, databaseOf(found, rank(found))));
}

/** File names hold `database.table`. */
function databaseOf({ base }: Found, rank: number): string | undefined {
  if (rank === 0 || base.indexOf('.') <= 0) return undefined;
  return unescaped(base)[0];
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
    const table = { name, definedIn: found.path };
    sections.push({ files: [file], format: 'tab', connection: undefined, table });
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
