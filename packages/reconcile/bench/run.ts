/**
 * Reconcile of many people against what it cannot do without: `git cat-file --batch` over the same objects and
 * `JSON.parse` over the same lines, in one run. Prints one JSON document; figures that travel are the ratios.
 * Arguments: [--people N] (1,000,000) [--rounds N] (3) [--at DIR] keeps the stores there for another run.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { laddr } from '@cutover/laddr';
import { recordId, recordPath, writeToml } from '@cutover/records';
import { importedClaimsSheet, openPrivateStore, openPublicStore, splitLines } from '@cutover/stores';
import { reconcile } from '../src/index.ts';

const { target } = laddr;
const value = (name: string, otherwise: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : process.argv[at + 1]!;
};
const people = Number(value('people', '1000000'));
const rounds = Number(value('rounds', '3'));
const phase = value('phase', '');
const seconds = (fromMs: number): number => (performance.now() - fromMs) / 1000;

async function make(dir: string): Promise<void> {
  const publicStore = await openPublicStore(join(dir, 'public.git'), { create: true });
  const privateStore = await openPrivateStore(join(dir, 'private'), { create: true });
  const sheet = target.sheets.find(({ name }) => name === 'people')!;
  const writer = await publicStore.writeTree();
  const staged = await privateStore.stage('bench');
  const nameClaim = await privateStore.claims.naming();
  for (let n = 1; n <= people; n++) {
    const id = recordId('laddr', 'laddr', { source: 'people', key: [String(n)] });
    const person = {
      id,
      legacyId: n,
      slug: `person-${n}`,
      legacyHandle: `Person_${n}`,
      slackSamlNameId: `Person_${n}`,
      firstName: `First${n % 5000}`,
      lastName: `Last${n % 70000}`,
      about:
        n % 4 === 0
          ? `I write code and maps, and help where I can.\nFind me at meeting ${n % 900}.`
          : undefined,
      accountLevel: 'User',
      createdAt: '2014-05-06T07:08:09Z',
      creatorId:
        n % 3 === 0
          ? recordId('laddr', 'laddr', { source: 'people', key: [String(1 + (n % 999))] })
          : undefined,
      modifiedAt: '2020-01-02T03:04:05Z',
    };
    if (writer.put(recordPath('people', sheet.path, person), writeToml(person))) await writer.drained();
    const profile = {
      id,
      email: `person${n}@example.org`,
      newsletter: n % 2 === 0,
      location: 'Philadelphia',
      phone: `215${String(n).padStart(7, '0')}`,
    };
    if (staged.put({ sheet: 'profiles', fields: profile })) await staged.flush();
    const claim = { id: nameClaim('name-id', person.slackSamlNameId), owner: id };
    if (staged.put({ sheet: importedClaimsSheet, fields: claim })) await staged.flush();
  }
  const tree = await writer.finish();
  await publicStore.commit('main', { tree, message: 'bench', expected: undefined });
  await staged.seal({ tree, branch: 'main' });
  await privateStore.activate('bench', target);
}

/** Drains one `git cat-file --batch` over the objects of the branch; names are listed before the clock starts. */
async function catFile(dir: string): Promise<number> {
  const listed = spawnSync(
    'git',
    ['-C', join(dir, 'public.git'), 'ls-tree', '-r', '--format=%(objectname)', 'main'],
    { maxBuffer: 2 ** 31 - 1 },
  );
  const started = performance.now();
  const child = spawn('git', ['-C', join(dir, 'public.git'), 'cat-file', '--batch', '--buffer'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(listed.stdout);
  let bytes = 0;
  for await (const chunk of child.stdout) bytes += (chunk as Buffer).length;
  if (bytes === 0) throw new Error('nothing was read');
  return seconds(started);
}

async function parseLines(dir: string): Promise<number> {
  const store = await openPrivateStore(join(dir, 'private'));
  const started = performance.now();
  let seen = 0;
  for (const sheet of ['profiles', importedClaimsSheet]) {
    for (const part of await store.readParts(sheet)) {
      for await (const line of splitLines(part.chunks())) {
        JSON.parse(line);
        seen++;
      }
    }
  }
  // A profile, and claims of an address and of a NameID.
  if (seen !== 3 * people) throw new Error(`${seen} lines`);
  return seconds(started);
}

async function reconcileOnce(dir: string): Promise<void> {
  const started = performance.now();
  const checks = await reconcile({
    target,
    identity: laddr.identity,
    publicStore: await openPublicStore(join(dir, 'public.git')),
    privateStore: await openPrivateStore(join(dir, 'private')),
    treeish: 'main',
  });
  const findings = checks.reduce((sum, { findingsTotal }) => sum + findingsTotal, 0);
  const looked = checks.find(({ id }) => id === 'reconcile-records')!.looked;
  if (findings !== 0 || looked !== people) throw new Error(`${findings} findings, ${looked} looked at`);
  const residentMb = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(JSON.stringify({ seconds: seconds(started), residentMb }));
}

/** Every round in a process of its own, so that its memory is its own. */
function inProcess(dir: string): { seconds: number; residentMb: number } {
  const ran = spawnSync(
    process.execPath,
    [
      '--import',
      'tsx',
      fileURLToPath(import.meta.url),
      '--phase',
      'reconcile',
      '--at',
      dir,
      '--people',
      String(people),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return JSON.parse(ran.stdout.toString()) as { seconds: number; residentMb: number };
}

const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[all.length >> 1]!;
const round = (number: number): number => Math.round(number * 100) / 100;

const kept = value('at', '');
const dir = kept === '' ? await mkdtemp(join(tmpdir(), 'cutover-bench-')) : kept;
if (phase === 'reconcile') await reconcileOnce(dir);
else {
  if (!existsSync(join(dir, 'private'))) await make(dir);
  const figures = {
    catFile: [] as number[],
    jsonParse: [] as number[],
    reconcile: [] as number[],
    residentMb: [] as number[],
  };
  for (let i = 0; i < rounds; i++) {
    figures.catFile.push(await catFile(dir));
    figures.jsonParse.push(await parseLines(dir));
    const one = inProcess(dir);
    figures.reconcile.push(one.seconds);
    figures.residentMb.push(one.residentMb);
  }
  const base = median(figures.catFile) + median(figures.jsonParse);
  process.stdout.write(
    `${JSON.stringify({
      name: 'reconcile',
      people,
      catFileSeconds: round(median(figures.catFile)),
      jsonParseSeconds: round(median(figures.jsonParse)),
      reconcileSeconds: round(median(figures.reconcile)),
      ratio: round(median(figures.reconcile) / base),
      ratioLimit: 2,
      residentMb: Math.round(Math.max(...figures.residentMb)),
      residentLimitMb: 600,
    })}\n`,
  );
  if (kept === '') await rm(dir, { recursive: true, force: true });
}
