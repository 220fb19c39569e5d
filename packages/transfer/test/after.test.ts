import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '@cutover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AfterOptions, checkAfterMove } from '../src/after/after-move.ts';
import { type Probes, readProbes } from '../src/after/probes.ts';
import type { SendOptions } from '../src/send/send-options.ts';
import { type Host, host, pairWire } from './support/pair.ts';

let at: Host;
let runId: string;
beforeEach(() => {
  at = host();
  mkdirSync(join(at.source, 'queue'));
  writeFileSync(join(at.source, 'queue/job-of-old'), 'once is enough');
  writeFileSync(join(at.source, 'index'), 'page');
});
afterEach(() => at.remove());

const probe = (name: string, script: string) => ({ name, command: ['sh', '-c', script] });
const asItShouldBe: Probes = {
  instances: [probe('old', 'exit 3'), probe('new', 'exit 0')],
  home: 'new',
  records: [probe('registry', 'echo new'), probe('balancer', 'echo new')],
  jobs: [probe('old', 'echo 1; echo 2'), probe('new', 'echo 3')],
  transitional: [probe('registry', 'true')],
};
const locked = (): string => join(at.dir, 'locked');
const hook = () => ({
  name: 'site',
  lock: ['touch', locked()],
  unlock: ['rm', locked()],
  check: ['test', '-e', locked()],
});

async function move(change: Partial<SendOptions> = {}): Promise<void> {
  runId = (await at.send({ hooks: [hook()], empty: ['queue'], ...change })).runId;
  await sleep(5);
}

async function outcomes(probes: Partial<Probes> = {}, change: Partial<AfterOptions> = {}) {
  const { checks, notAsked } = await checkAfterMove({
    stateDir: join(at.dir, 'state'),
    runId,
    openWire: pairWire({ root: at.root }),
    site: 'shop',
    version: '0',
    probes: { ...asItShouldBe, ...probes },
    ...change,
  });
  const wrong = (check: Check): string =>
    `${check.id} ${check.outcome}: ${check.findings.map(({ message }) => message).join('; ')}${check.couldNotTell ?? ''}`;
  return {
    all: checks.map(({ id }) => id),
    notAsked,
    wrong: checks.filter(({ outcome }) => outcome !== 'holds').map(wrong),
  };
}

describe('after a move', () => {
  it('all holds where the site is at exactly one place, and nothing was changed by looking', async () => {
    await move();
    writeFileSync(join(at.live, 'queue/job-of-new'), '');
    const before = readdirSync(at.staging);
    expect(await outcomes()).toEqual({
      all: [
        'move-over',
        'only-move',
        'destination-over',
        'source-down',
        'queues-clean',
        'one-instance',
        'one-record',
        'no-job-twice',
        'nothing-in-between',
      ],
      notAsked: [],
      wrong: [],
    });
    expect(readdirSync(at.staging)).toEqual(before);
    expect(readdirSync(join(at.live, 'queue'))).toEqual(['job-of-new']);
  });

  it.each<[string, Partial<Probes>, RegExp]>([
    [
      'the old one runs, too',
      { instances: [probe('old', 'true'), probe('new', 'true')] },
      /one-instance fails: old runs, and only new/,
    ],
    [
      'none runs',
      { instances: [probe('old', 'exit 1'), probe('new', 'exit 3')] },
      /one-instance fails: new does not run/,
    ],
    [
      'nobody can tell of one',
      { instances: [probe('old', 'echo no route >&2; exit 255'), probe('new', 'true')] },
      /one-instance unknown: old cannot be told: no route/,
    ],
    [
      'there is no program to ask',
      { instances: [{ name: 'new', command: ['/no/such'] }] },
      /one-instance unknown/,
    ],
    [
      'there is a second record',
      { records: [probe('registry', 'echo new; echo old')] },
      /one-record fails: registry has 2 records/,
    ],
    ['there is none', { records: [probe('registry', 'true')] }, /one-record fails: registry has 0 records/],
    [
      'records differ',
      { records: [probe('registry', 'echo new'), probe('balancer', 'echo old')] },
      /one-record fails: the records name different places/,
    ],
    ['a record cannot be read', { records: [probe('registry', 'echo new; exit 1')] }, /one-record unknown/],
    [
      'a job was run on both',
      { jobs: [probe('old', 'echo 1; echo 2'), probe('new', 'echo 2')] },
      /no-job-twice fails: the job 2 was run 2 times: old, new/,
    ],
    [
      'a job was run twice on one',
      { jobs: [probe('new', 'echo 7; echo 7')] },
      /no-job-twice fails: the job 7/,
    ],
    ['no job was run at all', { jobs: [probe('new', 'true')] }, /no-job-twice unknown: there was nothing/],
    [
      'something is stuck',
      { transitional: [probe('registry', 'echo shop: installing')] },
      /nothing-in-between fails: registry: shop: installing/,
    ],
    [
      'nobody can tell what is stuck',
      { transitional: [probe('registry', 'exit 2')] },
      /nothing-in-between unknown/,
    ],
  ])('it is seen that %s', async (_, probes, wrong) => {
    await move();
    const found = await outcomes(probes);
    expect(found.wrong).toHaveLength(1);
    expect(found.wrong[0]).toMatch(wrong);
  });

  it('it is seen that the source was opened again, or came back where it was archived', async () => {
    await move();
    rmSync(locked());
    expect((await outcomes()).wrong).toEqual([
      expect.stringMatching(/^source-down fails: the source is not locked/),
    ]);
    await move({ afterwards: 'archive', replace: true });
    expect((await outcomes()).wrong).toEqual([]);
    mkdirSync(at.source);
    expect((await outcomes()).wrong).toEqual([
      expect.stringMatching(/^source-down fails: .* is there again/),
    ]);
  });

  it('nobody can tell of a source without hooks, and one without queues is not asked about them', async () => {
    runId = (await at.send()).runId;
    const { wrong, notAsked } = await outcomes();
    expect(wrong).toEqual([expect.stringMatching(/^source-down unknown/)]);
    expect(notAsked).toMatchObject([{ step: 'queues-clean' }]);
  });

  it('it is seen that a queue of the old system was brought along, or leads elsewhere', async () => {
    await move({ empty: [] });
    const facts = join(at.dir, 'state/runs', runId, 'move.json');
    writeFileSync(facts, readFileSync(facts, 'utf8').replace('"empty": []', '"empty": ["queue"]'));
    expect((await outcomes()).wrong).toEqual(['queues-clean fails: queue/job-of-old is older than the move']);
    rmSync(join(at.live, 'queue'), { recursive: true });
    symlinkSync('/etc', join(at.live, 'queue'));
    expect((await outcomes()).wrong).toEqual([expect.stringMatching(/queue\/it leads out of the site/)]);
  });

  it('it is seen that a move stands half-way: here, there, or beside', async () => {
    await move();
    const first = runId;
    writeFileSync(join(at.staging, 'manifest'), '');
    renameSync(at.live, `${at.live}.away`);
    expect((await outcomes()).wrong[0]).toMatch(
      /destination-over fails: the folder is not at .*; manifest of the move/,
    );
    renameSync(`${at.live}.away`, at.live);
    rmSync(join(at.staging, 'manifest'));
    await expect(at.send({ to: 'elsewhere', hooks: [{ ...hook(), check: ['false'] }] })).rejects.toThrow();
    const touched = await outcomes();
    expect(touched.wrong.join('\n')).toMatch(/only-move fails: another move of .* to elsewhere, is failed/);
    const other = readdirSync(join(at.dir, 'state/runs')).find((name) => name !== first)!;
    const half = await outcomes({}, { runId: other });
    expect(half.wrong.join('\n')).toMatch(
      /move-over fails: the move is failed.*\n.*destination-over fails: the destination is at unknown/s,
    );
  });

  it('that is done but cannot be asked is unknown', async () => {
    await move();
    const found = await outcomes({}, { openWire: pairWire({ root: at.root, only: ['other'] }) }).catch(
      (error: unknown) => error,
    );
    expect(found).toMatchObject({ code: 'site-refused', exitCode: 2 });
    const away = await outcomes({}, { openWire: pairWire({ root: join(at.root, 'none') }) });
    expect(away.wrong.join('\n')).toMatch(/destination-over unknown.*\nqueues-clean unknown/s);
  });
});

it('probes that ask nothing, or name no home, are refused', async () => {
  const path = join(at.dir, 'probes.json');
  for (const wrong of [
    { ...asItShouldBe, jobs: [] },
    { ...asItShouldBe, home: 'third' },
    { instances: [] },
    {},
  ]) {
    writeFileSync(path, JSON.stringify(wrong));
    await expect(readProbes(path)).rejects.toMatchObject({ code: 'probes-file', exitCode: 64 });
  }
  writeFileSync(path, JSON.stringify(asItShouldBe));
  expect(await readProbes(path)).toEqual(asItShouldBe);
});
