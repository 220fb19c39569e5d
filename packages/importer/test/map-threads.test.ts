import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
      kind: 'pass' as const,
      profileModule: new URL('./tiny.ts', import.meta.url).href,
      ...{ profileName: tiny.name, instance: tiny.name, files: source.files!, rowsTotal: facts.rowsTotal },
      tables: [...facts.tables.values()].map((table) =>
        table.kind === 'excluded' ? table : { ...table, source: table.source.source },
      ),
      ...{ lookup: lookup.share(), pass: SharedPass.create(facts.rowsTotal).shared, moment: undefined },
      ...{ stretches: undefined, trial: undefined, corrections: undefined, uploads: undefined },
      pruned: new Set<string>(),
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

it('say what they cannot hash, and go on', async () => {
  const threads = new MapThreads(1);
  const path = join(scratch.dir, 'abc');
  writeFileSync(path, 'abc');
  try {
    await expect(threads.hash([join(scratch.dir, 'nothing')])).rejects.toThrow('there is no such file');
    // RFC 6234, section 8.5.
    expect(await threads.hash([path])).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  } finally {
    await threads.stop();
  }
  await expect(threads.hash([path])).rejects.toThrow('ended');
});
