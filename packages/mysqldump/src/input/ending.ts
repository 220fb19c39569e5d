/** What makers of folders say of the whole dump, in files of their own beside those with rows. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DumpError } from '../error.ts';

export interface TableCount {
  readonly database: string;
  readonly table: string;
  /** Rows that the maker has written. */
  readonly rows: number;
  /** Where it says so. */
  readonly file: string;
}

export interface Ending {
  /** The file by which it is told. */
  readonly file: string;
  /** Undefined: a maker that says nothing of it. */
  readonly finished: boolean | undefined;
  /** As written: the clock of the machine that dumped, read as UTC. */
  readonly finishedAt?: string;
  /** Only of tables whose rows were counted. */
  readonly counts: readonly TableCount[];
}

/** Bytes of `metadata` that are looked at: a table takes some hundred of them. */
const maxBytes = 1 << 27;

/**
 * By the file `metadata` of mydumper and dumpling: its line `Finished dump at` (mydumper renames `metadata.partial` when it
 * is through), its `rows` of each table since mydumper 0.14, before that in a file `database.table-metadata`.
 * Throws DumpError `file-unreadable`.
 */
export async function endingOf(folder: string, names: readonly string[]): Promise<Ending> {
  const counts: TableCount[] = [];
  for (const name of names.filter((one) => one.endsWith('-metadata'))) {
    const file = join(folder, name);
    const [database, table] = unescaped(name.slice(0, -'-metadata'.length));
    const rows = /^\s*(\d+)\s*$/.exec(await textOf(file))?.[1];
    if (table !== undefined && rows !== undefined)
      counts.push({ database: database!, table, rows: Number(rows), file });
  }
  const partial = names.find((name) => name.startsWith('metadata.partial'));
  if (partial !== undefined) return { file: join(folder, partial), finished: false, counts };
  if (!names.includes('metadata')) return { file: folder, finished: undefined, counts };
  const file = join(folder, 'metadata');
  const text = await textOf(file);
  const at = /^(?:# *)?Finished dump at: *(\d{4}-\d\d-\d\d)[ T]+(\d\d:\d\d:\d\d)/m.exec(text);
  counts.push(...countsOf(text, file));
  return {
    file,
    finished: at !== null,
    ...(at === null ? {} : { finishedAt: `${at[1]}T${at[2]}Z` }),
    counts,
  };
}

/** Sections ``[`database`.`table`]`` with `rows = N`; a name that no file can have is told by `real_table_name`. */
function countsOf(text: string, file: string): TableCount[] {
  const counts: TableCount[] = [];
  let names: { readonly database: string; table: string } | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\[(.*)\]\s*$/.exec(line);
    if (section !== null) {
      const quoted = /^`((?:[^`]|``)+)`\.`((?:[^`]|``)+)`$/.exec(section[1]!);
      names = quoted === null ? undefined : { database: unquoted(quoted[1]!), table: unquoted(quoted[2]!) };
      continue;
    }
    const [, key, value] = /^(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (names === undefined || key === undefined || value === undefined) continue;
    if (key === 'real_table_name') names.table = value;
    // What was not counted is -1.
    if (/^rows$/i.test(key) && /^\d{1,15}$/.test(value)) counts.push({ ...names, rows: Number(value), file });
  }
  return counts;
}

const unquoted = (name: string): string => name.replaceAll('``', '`');

/** `database.table`, of a file's name. Dumpling percent-encodes what a file name cannot hold. */
export function unescaped(name: string): string[] {
  const dot = name.indexOf('.');
  const parts = dot <= 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return parts;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DumpError('file-unreadable', 'it cannot be read', { file: path }, { cause });
  }
}
