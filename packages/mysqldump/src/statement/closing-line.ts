/** Who wrote the dump, and whether the line that its maker writes last is there. */
import type { Ending } from '../input/ending.ts';
import type { Context } from './context.ts';

export class ClosingLine {
  /** The program that wrote the dump, as its header says: `MySQL 8`, `MariaDB 10`. */
  maker: string | undefined;
  /** A header was read whose maker ends a dump with `-- Dump completed`. */
  awaited = false;
  /** That line was read, and no other header since. */
  seen = false;
  /** The date that line carries, as written: the clock of the machine that dumped, read as UTC. */
  completedAt: string | undefined;

  /** Looks at a comment line of the top level. */
  comment(context: Context, line: string, at: number): void {
    const header = /^(?:--|#) (MySQL|MariaDB) dump (\d+)\.(\d+)/.exec(line);
    if (header !== null) {
      if (this.awaited && !this.seen) {
        context.failOrNote(
          'dump-incomplete',
          'another dump begins before the closing line of the one before',
          { at },
        );
      }
      // mysqldump writes the line since 10.11 (MySQL 5.0).
      const version = Number(header[2]) * 1000 + Number(header[3]);
      this.awaited = header[1] === 'MariaDB' || version >= 10011;
      this.seen = false;
      this.maker = `${header[1] ?? ''} ${/Distrib (\d+)\./.exec(line)?.[1] ?? header[2] ?? ''}`;
    } else if (/^-- Dump completed\b/.test(line)) {
      this.seen = true;
      const date = /^-- Dump completed on (\d{4}-\d\d-\d\d) +(\d{1,2}):(\d\d:\d\d)/.exec(line);
      this.completedAt = date === null ? undefined : `${date[1]}T${date[2]!.padStart(2, '0')}:${date[3]}Z`;
    } else if (line.startsWith('-- PostgreSQL database dump')) {
      context.fail('format-unsupported', 'this is a dump of PostgreSQL', { at });
    }
  }

  /** At the end of the input. */
  assertSeen(context: Context, at: number): void {
    if (!this.awaited || this.seen) return;
    context.failOrNote(
      'dump-incomplete',
      'the line "-- Dump completed" that this dump\'s maker writes last is missing',
      { at },
    );
  }
}

/** Whether a maker that writes several files says that it was finished, and every row that it has counted was read. */
export function isFinished(context: Context, { file, finished, counts }: Ending): boolean {
  if (finished === false)
    context.failOrNote('dump-incomplete', 'its maker was not finished: "Finished dump at" is missing', {
      file,
    });
  let isWhole = finished === true;
  for (const { database, table, rows, file: told } of counts) {
    const entry = context.catalog.find(database, table);
    if ((entry?.rows ?? 0) === rows) continue;
    isWhole = false;
    const what = `it says ${rows} rows of ${database}.${table}, and ${entry?.rows ?? 0} were read`;
    context.failOrNote('dump-incomplete', what, { file: told, entry });
  }
  return isWhole;
}
