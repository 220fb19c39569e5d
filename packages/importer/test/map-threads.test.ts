import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sumLedger } from '../src/audit.ts';
import { dumpSource } from '../src/index.ts';
import { indexSource } from '../src/index-pass.ts';
import { Lookup } from '../src/lookup/lookup.ts';
import { MapThreads } from '../src/parallel/map-threads.ts';
import type { ThreadDone } from '../src/parallel/messages.ts';
import { SharedPass } from '../src/parallel/shared-pass.ts';
import { tiny, writeDump } from './tiny.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

it('tells which rows it found unfit, so that the next pass knows of them whoever maps them', async () => {
  const dump = writeDump(scratch.dir, {
    members: [
      ['1', 'one', null, null],
      ['2', 'a name that is much longer than the sheet allows', null, null],
    ],
  });
  const source = dumpSource([dump]);
  const lookup = await Lookup.create(join(scratch.dir, 'lookup'));
  const facts = await indexSource({
    ...{ profile: tiny, source, lookup, isPruned: undefined, keepHolders: false },
    onEvent: undefined,
  });
  const threads = new MapThreads(1);
  const map = (pass: number): Promise<ThreadDone> => {
    const dir = join(scratch.dir, `pass-${pass}`);
    mkdirSync(dir);
    const input = {
      profileModule: new URL('./tiny.ts', import.meta.url).href,
      ...{ profileName: tiny.name, instance: tiny.name, files: source.files!, rowsTotal: facts.rowsTotal },
      tables: [...facts.tables.values()].map((table) =>
        table.kind === 'excluded' ? table : { ...table, source: table.source.source },
      ),
      ...{ lookup: lookup.share(), pass: SharedPass.create(facts.rowsTotal).shared, moment: undefined },
      stretches: undefined,
      ...{ writes: false, paths: { ledger: join(dir, 'ledger'), quarantine: join(dir, 'quarantine') } },
    };
    return threads.map(0, input, async () => undefined);
  };
  try {
    const { result } = await map(1);
    expect([...result.withheld.values()]).toEqual([
      { rule: 'schema', message: expect.stringContaining('members.') as string },
    ]);
    lookup.addWithheld(result.withheld);
    const again = await map(2);
    expect(again.result.tables['members']).toMatchObject({ imported: 1, quarantined: 1 });
    expect(again.result.newlyWithheld).toBe(0);
  } finally {
    await threads.stop();
    await lookup.close();
  }
});

it('reads a ledger back as this thread does, and says what it cannot read', async () => {
  const lines = [
    { table: 'members', row: 'members/1', digest: 'd', outcome: 'imported', records: ['members/one.toml'] },
    { table: 'members', row: 'members/2', digest: 'd', outcome: 'folded', into: 'members/1' },
    { table: 'members', row: 'members/3', digest: 'd', outcome: 'excluded', rule: 'draft' },
    { table: 'logs', outcome: 'excluded', rule: 'logs', rows: 5, digest: 'd' },
  ];
  const ledger = join(scratch.dir, 'ledger.ndjson.gz');
  writeFileSync(ledger, gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join('')));
  const threads = new MapThreads(1);
  try {
    const folded: unknown[] = [];
    const sum = await threads.sum(ledger, (rows) => folded.push(...rows));
    expect(sum).toEqual(await sumLedger(ledger, () => undefined));
    expect(sum.counted).toMatchObject({
      members: { rows: 3, imported: 1, folded: 1, excluded: { draft: 1 } },
      logs: { rows: 5 },
    });
    expect(folded).toEqual([['members/2', 'members/1']]);
    await expect(threads.sum(`${ledger}.none`, () => undefined)).rejects.toThrow('ENOENT');
  } finally {
    await threads.stop();
  }
});
