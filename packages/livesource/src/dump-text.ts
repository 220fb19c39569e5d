/** A dump's text, as mysqldump writes it: what the mariadb client restores and the dump reader reads. */
import { type LiveTable, quoteName } from './catalog.ts';
import type { RawRow } from './answer.ts';

/** INSERTs end at this many bytes, so that servers with a small max_allowed_packet take them. */
const insertBytes = 1 << 19;

export interface DumpFacts {
  readonly tool: string;
  readonly host: string;
  readonly database: string;
  readonly serverVersion: string;
}

/** The charset is utf8mb4 and every statement says so; the header makes readers ask for the closing line. */
export function header({ tool, host, database, serverVersion }: DumpFacts): string {
  return `-- MySQL dump 10.13  Distrib 10.13, written by ${oneLine(tool)}
--
-- Host: ${oneLine(host)}    Database: ${oneLine(database)}
-- ------------------------------------------------------
-- Server version\t${oneLine(serverVersion)}

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS */;
/*!40101 SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION */;
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;
/*!40103 SET TIME_ZONE='+00:00' */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES' */;
/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES, SQL_NOTES=0 */;
`;
}

/** `finishedAt` in UTC, which is how readers take the date of the closing line. */
export function footer(finishedAt: Date): string {
  const at = finishedAt.toISOString();
  return `
/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;
/*!40101 SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS */;
/*!40101 SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION */;
/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;

-- Dump completed on ${at.slice(0, 10)} ${at.slice(11, 19)}
`;
}

/** Before a table's rows. */
export function tableHead(table: LiveTable): string {
  const name = quoteName(table.name);
  return `
--
-- Table structure for table ${oneLine(name)}
--

DROP TABLE IF EXISTS ${name};
${table.create};

LOCK TABLES ${name} WRITE;
/*!40000 ALTER TABLE ${name} DISABLE KEYS */;
`;
}

/** Behind a table's rows. */
export function tableTail(table: LiveTable): string {
  const name = quoteName(table.name);
  return `/*!40000 ALTER TABLE ${name} ENABLE KEYS */;
UNLOCK TABLES;
`;
}

/** Rows to INSERT statements; each chunk it gives is whole statements. */
export class InsertWriter {
  /** Bytes of the longest statement so far. */
  longest = 0;
  readonly #start: string;
  readonly #kinds: readonly string[];
  #rows: string[] = [];
  #length = 0;

  constructor(table: LiveTable) {
    const columns = table.namesColumns
      ? ` (${table.columns.map(({ name }) => quoteName(name)).join(', ')})`
      : '';
    this.#start = Buffer.from(`INSERT INTO ${quoteName(table.name)}${columns} VALUES\n`, 'utf8').toString(
      'latin1',
    );
    this.#kinds = table.columns.map(({ kind }) => kind);
  }

  /** Adds a row; gives finished statements when they are long enough, else undefined. */
  add(row: RawRow): Buffer | undefined {
    let text = '';
    for (let i = 0; i < this.#kinds.length; i++)
      text += `${i === 0 ? '(' : ','}${cellText(row[i] ?? null, this.#kinds[i])}`;
    text += ')';
    const before =
      this.#length + text.length > insertBytes && this.#rows.length > 0 ? this.flush() : undefined;
    this.#rows.push(text);
    this.#length += text.length + 2;
    return before;
  }

  /** What is left. */
  flush(): Buffer | undefined {
    if (this.#rows.length === 0) return undefined;
    // Bytes stand in these strings as characters of the same number.
    const statement = Buffer.from(`${this.#start}${this.#rows.join(',\n')};\n`, 'latin1');
    this.longest = Math.max(this.longest, statement.length);
    this.#rows = [];
    this.#length = 0;
    return statement;
  }
}

/** As mysqldump escapes; in every charset here these are single bytes. */
const escaped = `\0\n\r\x1a'"\\\\`;
const special = new RegExp(`[${escaped}]`);
const specials = new RegExp(`[${escaped}]`, 'g');
const escapes: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
  "'": "\\'",
  '"': '\\"',
  '\\': '\\\\',
};

function cellText(cell: Buffer | null, kind: string | undefined): string {
  if (cell === null) return 'NULL';
  if (kind === 'number') return cell.toString('latin1');
  if (kind === 'bytes') return cell.length === 0 ? `''` : `0x${cell.toString('hex').toUpperCase()}`;
  const text = cell.toString('latin1');
  return special.test(text) ? `'${text.replace(specials, (c) => escapes[c] ?? c)}'` : `'${text}'`;
}

/** Names and versions come from the server: a line break in one would end the comment. */
function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
