import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpSource } from '../src/index.ts';
import { type TinyTables, writeDump } from './tiny.ts';
import { outputOf, type Run, runImport } from './whole-run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i + 1}`);

/** Several thousand rows, of which some do not fit before, and some after others refer to them. */
const tables: TinyTables = {
  members: numbers(3000).map((id) => [
    id,
    Number(id) % 997 === 0
      ? 'a name that is much longer than the sheet allows'
      : `Member ${Number(id) % 2000}`,
    `m${id}@example.org`,
    `h${id}`.repeat(5),
  ]),
  notes: numbers(1500).map((id) => [
    id,
    `${(Number(id) * 7) % 6100}`,
    Number(id) % 50 === 0 ? '1' : '0',
    null,
  ]),
  parts: numbers(2500).map((n) => [`${Number(n) % 50 === 0 ? 1 : Number(n) % 2100}`, n, `part ${n} — über`]),
  logs: numbers(1500).map((line) => [line]),
};

const run = (given: TinyTables, jobs: number | undefined, profileExport?: string): Promise<Run> =>
  runImport(scratch.dir, dumpSource([writeDump(scratch.dir, given)]), {
    jobs,
    ...(profileExport !== undefined && { profileExport }),
  });

describe('an import by several threads', () => {
  it('gives what one thread gives: tree, private rows, ledger, report and what is owed', async () => {
    const alone = await run(tables, undefined);
    expect(alone.result.tables).toMatchObject({
      members: { imported: 2997, quarantined: 3 },
      notes: { excluded: { draft: 30 } },
      logs: { excluded: { logs: 1500 } },
    });
    expect(alone.result.tables['notes']!.quarantined).toBeGreaterThan(20);
    const together = await run(tables, 3);
    expect(outputOf(together)).toEqual(outputOf(alone));
  });

  it('leaves it to one thread which of two rows of one path came first', async () => {
    const given: TinyTables = {
      ...tables,
      extra:
        'CREATE TABLE `site2_notes` (\n  `id` int(11),\n  `member_id` int(11),\n  `draft` int(11),\n  `at` int(11)\n);\n' +
        "INSERT INTO `site2_notes` VALUES ('7',1,'0',NULL);\nINSERT INTO `notes` VALUES ('2-7',1,'0',NULL);\n",
    };
    const [alone, together] = [await run(given, undefined), await run(given, 3)];
    expect(together.ledger).toEqual(alone.ledger);
    expect(together.ledger.filter((line) => line.includes('path-taken'))).toHaveLength(1);
    expect(together.tree).toBe(alone.tree);
  });

  it('fails as one thread does, with code and next action', async () => {
    const members = numbers(3000).map((id) => [id, Number(id) > 2500 ? 'throws' : `M ${id}`, null, null]);
    await expect(run({ members }, 2)).rejects.toMatchObject({ code: 'mapper-failed', exitCode: 70 });
  });

  it('fails where a thread cannot load the profile', async () => {
    await expect(run(tables, 2, './nowhere.ts')).rejects.toMatchObject({
      code: 'profile-not-for-threads',
      exitCode: 3,
      message: expect.stringContaining('nowhere.ts') as string,
      next: expect.stringContaining('--jobs 1') as string,
    });
  });
});
