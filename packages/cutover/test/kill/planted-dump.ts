import { readFileSync } from 'node:fs';
import { sampleDump, sampleWaivers } from '@cutover/laddr';

/** Number from which on the bundled sample's rows are bulk; those before are cases that somebody planted. */
const bulkFrom = 1000;

/** The text of the bundled sample without its bulk, for tests that go through the plan many times. */
export function plantedDump(): string {
  return readFileSync(sampleDump, 'utf8').replaceAll(
    /INSERT INTO `(\w+)` VALUES\n([\s\S]*?);\n/g,
    (_, table: string, rows: string) => {
      const kept = rows.split(/,\n(?=\()/).filter((row) => numbersOf(table, row).every((n) => n < bulkFrom));
      return kept.length === 0 ? '' : `INSERT INTO \`${table}\` VALUES\n${kept.join(',\n')};\n`;
    },
  );
}

/** Waivers for it: two of the rows that refer to nothing are among the bulk. */
export const plantedWaivers = (): string =>
  readFileSync(sampleWaivers, 'utf8').replace('count = 13', 'count = 11');

/** A row's own number, and those of what it belongs to. */
function numbersOf(table: string, row: string): number[] {
  const pattern =
    table === 'tag_items' ? /,(\d+),(\d+)\)$/ : table.startsWith('history_') ? /^\(\d+,(\d+),/ : /^\((\d+),/;
  return (pattern.exec(row)?.slice(1) ?? []).map(Number);
}
