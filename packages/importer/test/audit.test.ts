import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpSource } from '../src/index.ts';
import { auditLedger, concludeLedger, sumLedger } from '../src/audit.ts';
import { LedgerSummer } from '../src/parallel/ledger-summer.ts';
import { writeDump } from './tiny.ts';
import { type Run, runImport } from './whole-run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let run: Run;
beforeAll(async () => {
  scratch = await scratchDir();
  const members = Array.from({ length: 300 }, (_, i) => [`${i + 1}`, `Member ${i}`, null, null]);
  const tables = { members, notes: [['1', '1', '0', null]], parts: [['1', '1', 'x']], logs: [['a'], ['b']] };
  run = await runImport(scratch.dir, dumpSource([writeDump(scratch.dir, tables)]), { jobs: 2 });
});
afterAll(() => scratch.remove());

/** The ledger with other lines. */
function put(name: string, change: (lines: readonly string[]) => readonly string[]): string {
  const path = join(scratch.dir, name);
  writeFileSync(path, gzipSync(`${change(run.ledger).join('\n')}\n`));
  return path;
}

describe('a ledger', () => {
  it('that adds up holds, read here or in a thread', async () => {
    expect(run.result.checks.find(({ id }) => id === 'ledger')).toMatchObject({
      outcome: 'holds',
      looked: 304,
    });
    const path = put('whole', (lines) => lines);
    const sum = await new LedgerSummer(path).sum;
    expect(sum).toEqual(await sumLedger(path));
    expect(concludeLedger(sum, run.result.tables)).toEqual(
      await auditLedger(path, run.result.tables, () => false),
    );
    expect(concludeLedger(sum, run.result.tables).outcome).toBe('holds');
  });

  it.each<[string, (lines: readonly string[]) => readonly string[]]>([
    ['lacks a line', (lines) => lines.filter((line) => !line.includes('"members/77"'))],
    ['has a line twice', (lines) => [...lines, lines.find((line) => line.includes('"members/77"'))!]],
    ['says another outcome', (lines) => lines.map((line) => line.replace('"folded"', '"imported"'))],
    [
      'counts other rows of an excluded table',
      (lines) => lines.map((line) => line.replace('"rows":2', '"rows":3')),
    ],
  ])('that %s fails, read here or in a thread', async (what, change) => {
    const path = put(what, change);
    for (const sum of [await sumLedger(path), await new LedgerSummer(path).sum]) {
      const check = concludeLedger(sum, run.result.tables);
      expect([check.outcome, check.findings.map(({ code }) => code)]).toEqual([
        'fails',
        ['ledger-does-not-add-up'],
      ]);
    }
  });

  it('that cannot be read, or whose reader is stopped, is no ledger that adds up', async () => {
    const path = put('cut', (lines) => lines);
    writeFileSync(path, readFileSync(path).subarray(0, -20));
    expect(() => gunzipSync(readFileSync(path))).toThrow('unexpected end of file');
    await expect(new LedgerSummer(path).sum).rejects.toThrow('unexpected end of file');
    await expect(new LedgerSummer(`${path}.none`).sum).rejects.toThrow('ENOENT');
    const stopped = new LedgerSummer(path);
    await stopped.stop();
    await expect(stopped.sum).rejects.toThrow('ended with');
  });
});

describe('rows folded into an excluded one', () => {
  it('are named by an import of several threads as by one', async () => {
    const tables = { notes: [['7', '1', '1', null]], parts: [['7', '1', 'x']] };
    const checks = [];
    for (const jobs of [1, 2]) {
      const { result } = await runImport(scratch.dir, dumpSource([writeDump(scratch.dir, tables)]), { jobs });
      checks.push(result.checks.find(({ id }) => id === 'ledger'));
    }
    expect(checks[0]).toMatchObject({ outcome: 'fails', findings: [{ code: 'folded-into-excluded' }] });
    expect(checks[1]).toEqual(checks[0]);
  });
});
