import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { laddr } from '@cutover/laddr';
import { git, openPrivateStore, openPublicStore, type PrivateStore } from '@cutover/stores';
import { cutover } from '../run.ts';

const bin = fileURLToPath(new URL('../../bin/cutover.js', import.meta.url));
const sample = fileURLToPath(new URL('../../../../packages/laddr/sample/', import.meta.url));
const branch = 'legacy-import';

/**
 * Where an import can be, as somebody sees it who looks at the disk:
 *
 * | phase    | on disk                                                            |
 * | -------- | ------------------------------------------------------------------ |
 * | starting | nothing of this import                                             |
 * | indexing | its scratch folder                                                 |
 * | mapping  | rows begin to be staged, a pack without its final name             |
 * | keeping  | the ledger is in the private store, the rows are not sealed        |
 * | sealed   | the manifest is there, the branch is where it was                  |
 * | past     | the same, and the commits of its past are being written            |
 * | moved    | the branch is at the new tree, the rows are still staged           |
 * | cleaning | nothing is staged any more, the scratch folder is there            |
 */
export const phases = [
  'starting',
  'indexing',
  'mapping',
  'keeping',
  'sealed',
  'past',
  'moved',
  'cleaning',
] as const;
export type Phase = (typeof phases)[number];

/** One import's places, and what was there before it. */
interface Site {
  readonly dir: string;
  readonly dump: string;
  readonly before: string | undefined;
}

const publicOf = (site: Site): string => join(site.dir, 'public.git');
const privateOf = (site: Site): string => join(site.dir, 'private');

const argumentsOf = (site: Site): string[] => [
  ...['import', '--history', '--json', '--quiet', '--dump', site.dump, '--jobs', '2'],
  ...['--waivers', join(sample, 'waivers.toml'), '--state-dir', join(site.dir, 'state')],
  ...['--public', publicOf(site), '--private', privateOf(site)],
];

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/** What the first file of the branch's ref says: a ref is never packed here. */
async function refOf(site: Site): Promise<string | undefined> {
  return await readFile(join(publicOf(site), 'refs', 'heads', branch), 'utf8').catch(() => undefined);
}

async function phaseOf(site: Site, ref: string | undefined, ledgers: number): Promise<Phase> {
  if (names(join(site.dir, 'state', 'work')).length === 0) return 'starting';
  const staged = names(join(privateOf(site), 'staged'))[0];
  const moved = (await refOf(site)) !== ref;
  if (staged === undefined) return moved ? 'cleaning' : 'indexing';
  if (moved) return 'moved';
  const objects = join(publicOf(site), 'objects');
  const isPast = names(objects).some(
    (name) => name.startsWith('tmp_objdir-') && names(join(objects, name, 'pack')).length > 0,
  );
  if (existsSync(join(privateOf(site), 'staged', staged, 'manifest.json'))) return isPast ? 'past' : 'sealed';
  return names(join(privateOf(site), 'ledger')).length > ledgers ? 'keeping' : 'mapping';
}

/** What is sealed is sealed again, and for longer, once its past is written. */
const isAfter = (seen: Phase, wanted: Phase | undefined): boolean =>
  wanted !== undefined && phases.indexOf(seen) > phases.indexOf(wanted === 'sealed' ? 'past' : wanted);

export interface Kill {
  /** Where it was to be killed, and where it was. `done`: it was faster. */
  readonly wanted: Phase;
  readonly found: Phase | 'done';
  readonly hadBefore: boolean;
}

/** Two dumps and what becomes of them: imported into nothing, and the second after the first. */
export class KillRange {
  readonly #dir: string;
  readonly #random: () => number;
  /** Trees of the first and the second dump. */
  #trees: { first: string; second: string } | undefined;
  #pasts: { first: string | undefined; second: string | undefined } | undefined;
  #expected: { fresh: Map<string, string>; after: Map<string, string> } | undefined;
  /** Private fields that are made at random. */
  readonly #made = new Set<string>();
  readonly #phaseMs = new Map<Phase, number>();
  #kills = 0;

  constructor(dir: string, random: () => number) {
    this.#dir = dir;
    this.#random = random;
  }

  /** Imports undisturbed, to know what is to come of it and how long each phase takes. */
  async prepare(): Promise<void> {
    const dumps = { first: join(sample, 'laddr.sql'), second: join(this.#dir, 'second.sql') };
    await writeFile(dumps.second, laterDump(await readFile(dumps.first, 'utf8')));
    const base = { dir: join(this.#dir, 'base'), dump: dumps.first, before: undefined };
    const fresh = this.#site('fresh', undefined, dumps.second);
    const [first, second] = await Promise.all([base, fresh].map((site) => this.#import(site)));
    if (first === undefined || second === undefined || second === first)
      throw new Error('the two dumps give one tree');
    const after = this.#site('after', first, dumps.second);
    await cp(base.dir, after.dir, { recursive: true });
    await this.#watch(after, undefined);
    for (const field of madeFields(await privateRows(base), await privateRows(fresh))) this.#made.add(field);
    this.#trees = { first, second };
    this.#pasts = { first: await pastOf(base), second: await pastOf(fresh) };
    this.#expected = { fresh: await this.#rowsOf(fresh), after: await this.#rowsOf(after) };
    await Promise.all([fresh, after].map(({ dir }) => rm(dir, { recursive: true })));
  }

  /** Kills one import in a phase, and throws where anything is not as it shall be after that or after the next import. */
  async kill(wanted: Phase): Promise<Kill> {
    const trees = this.#trees!;
    const hadBefore = this.#random() < 0.5;
    const site = this.#site(
      `kill-${++this.#kills}`,
      hadBefore ? trees.first : undefined,
      join(this.#dir, 'second.sql'),
    );
    if (hadBefore) await cp(join(this.#dir, 'base'), site.dir, { recursive: true });
    try {
      const found = await this.#watch(site, wanted);
      const there = await treeOf(site);
      if (there !== site.before && there !== trees.second)
        throw new Error(`${found}: the branch is at ${there}, which is neither the old tree nor the new one`);
      const past = await pastOf(site);
      if (past !== (hadBefore ? this.#pasts!.first : undefined) && past !== this.#pasts!.second)
        throw new Error(`${found}: the past is at ${past}, which is neither the old commit nor the new one`);
      await this.#assertMended(site, found);
      return { wanted, found, hadBefore };
    } finally {
      await rm(site.dir, { recursive: true, force: true });
    }
  }

  async #assertMended(site: Site, found: string): Promise<void> {
    const tree = await this.#import(site);
    if (tree !== this.#trees!.second) throw new Error(`${found}: the next import made another tree`);
    if ((await pastOf(site)) !== this.#pasts!.second)
      throw new Error(`${found}: the next import made another past`);
    const fsck = await git(publicOf(site), ['fsck', '--strict', '--no-dangling']);
    if (/error|missing/.test(fsck)) throw new Error(`${found}: ${fsck}`);
    const left = [
      ...['objects', 'objects/pack'].flatMap((dir) =>
        names(join(publicOf(site), dir)).filter((name) => name.startsWith('tmp_')),
      ),
      // Who was killed while it noted that it begins leaves an empty folder, which is removed after a day.
      ...names(join(privateOf(site), 'staged')).filter((id) =>
        names(join(privateOf(site), 'staged', id)).some((name) => !name.endsWith('.writing')),
      ),
    ];
    if (left.length > 0) throw new Error(`${found}: the next import left ${left.join(', ')}`);
    const expected = site.before === undefined ? this.#expected!.fresh : this.#expected!.after;
    const rows = await this.#rowsOf(site);
    const wrong = [...new Set([...expected.keys(), ...rows.keys()])].filter(
      (name) => expected.get(name) !== rows.get(name),
    );
    if (wrong.length > 0)
      throw new Error(`${found}: ${wrong.length} private records are not as they shall be`);
  }

  #site(name: string, before: string | undefined, dump: string): Site {
    return { dir: join(this.#dir, name), dump, before };
  }

  async #import(site: Site): Promise<string> {
    const { code, stdout, stderr } = await cutover(argumentsOf(site));
    if (code !== 0 || stderr !== '') throw new Error(`an import ended with ${code}: ${stderr}${stdout}`);
    return (JSON.parse(stdout) as { details: { tree: string } }).details.tree;
  }

  /** Private records without what is made at random, as text by name. */
  async #rowsOf(site: Site): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    for (const [name, row] of await privateRows(site)) {
      const fields = Object.entries(row).filter(([field]) => !this.#made.has(field));
      texts.set(name, JSON.stringify(fields.sort()));
    }
    return texts;
  }

  /** Runs an import, and kills it somewhere in a phase; without one, notes how long each phase takes. */
  async #watch(site: Site, wanted: Phase | undefined): Promise<Phase | 'done'> {
    const ref = await refOf(site);
    const ledgers = names(join(privateOf(site), 'ledger')).length;
    const child = spawn(process.execPath, [bin, ...argumentsOf(site)], { stdio: 'ignore', detached: true });
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
    let over = false;
    void ended.then(() => (over = true));
    let seen: Phase = 'starting';
    let since = performance.now();
    const killAt = this.#random() * (wanted === undefined ? 0 : (this.#phaseMs.get(wanted) ?? 0));
    while (!over) {
      const phase = await phaseOf(site, ref, ledgers);
      const now = performance.now();
      if (phase !== seen) {
        if (wanted === undefined) this.#phaseMs.set(seen, now - since);
        [seen, since] = [phase, now];
      }
      if (isAfter(seen, wanted) || (seen === wanted && now - since >= killAt)) {
        // Every second time git's processes live on.
        process.kill(this.#random() < 0.5 ? -child.pid! : child.pid!, 'SIGKILL');
        break;
      }
      await sleep(1);
    }
    const [, signal] = await ended;
    if (signal !== 'SIGKILL') return 'done';
    // What it was in the middle of when it died.
    return await phaseOf(site, ref, ledgers);
  }
}

/** The dump some days later: texts that changed, in both stores. */
const laterDump = (dump: string): string =>
  dump.replaceAll(/'([A-Za-z.]+[0-9]*)5@/g, "'$15-moved@").replaceAll("'Prototyping'", "'Testing'");

type Rows = Map<string, Record<string, unknown>>;

/** Fields that are another in every record when it is imported again elsewhere: they are made at random. */
function madeFields(some: Rows, others: Rows): string[] {
  const alike = new Set<string>();
  const fields = new Set<string>();
  for (const [name, row] of some) {
    for (const [field, value] of Object.entries(row)) {
      fields.add(field);
      if (others.get(name)?.[field] === value) alike.add(field);
    }
  }
  return [...fields].filter((field) => !alike.has(field));
}

async function pastOf(site: Site): Promise<string | undefined> {
  const dir = publicOf(site);
  if (!existsSync(join(dir, 'HEAD'))) return undefined;
  return (await openPublicStore(dir, { create: true }).then((store) => store.head('legacy-history')))?.commit;
}

async function treeOf(site: Site): Promise<string | undefined> {
  const dir = publicOf(site);
  if (!existsSync(join(dir, 'HEAD'))) return undefined;
  return (await openPublicStore(dir, { create: true }).then((store) => store.head(branch)))?.tree;
}

async function privateRows(site: Site): Promise<Rows> {
  const store: PrivateStore = await openPrivateStore(privateOf(site));
  const rows: Rows = new Map();
  for (const { name } of laddr.target.privateSheets)
    for await (const row of store.read(name)) rows.set(`${name}/${row.id}`, { ...row });
  return rows;
}
