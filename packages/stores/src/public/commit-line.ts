import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exitOf, gitError, spawnGit } from './git.ts';
import { isAbandoned, ownerMark } from './pack/pack-file.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
}

/** One commit of a line: what it changes against the one before it. */
export interface LineCommit {
  readonly author: Signature;
  /** Seconds since 1970, UTC: of author and committer. */
  readonly at: number;
  readonly message: string;
  readonly removed: readonly string[];
  /** Files by the name of a blob that is there, or by their text. */
  readonly written: readonly ({ readonly path: string } & (
    { readonly oid: string } | { readonly content: string }
  ))[];
}

export interface LineEnd {
  readonly author: Signature;
  readonly at: number;
  readonly message: string;
  /** Whole tree of the last commit. */
  readonly tree: string;
}

export interface CommitLine {
  /** The last of the commits before the end; undefined where there were none. */
  readonly before: string | undefined;
  /** The end. */
  readonly commit: string;
  readonly commits: number;
}

const committer: Signature = { name: 'cutover', email: 'cutover@localhost' };

/**
 * Writes a line of commits from nothing, in one process (`git fast-import`) and one pack, deltas included. They are a
 * function of what is given, so that the same line again writes no object. No ref is made or moved. The pack is written
 * in a folder of its own that git does not look into, so that a killed writer leaves no object; the next one removes
 * that folder. Memory grows by about 100 bytes an object. Throws CutoverError `git-failed`.
 */
export async function writeCommitLine(
  dir: string,
  commits: Iterable<LineCommit> | AsyncIterable<LineCommit>,
  end: LineEnd,
): Promise<CommitLine> {
  await removeAbandoned(dir);
  const aside = join(resolve(dir), 'objects', `${prefix}${ownerMark()}_${randomUUID()}`);
  await mkdir(aside);
  try {
    const line = await importLine(dir, aside, commits, end);
    await takeOver(aside, join(dir, 'objects', 'pack'));
    return line;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function importLine(
  dir: string,
  aside: string,
  commits: Iterable<LineCommit> | AsyncIterable<LineCommit>,
  end: LineEnd,
): Promise<CommitLine> {
  const args = ['fast-import', '--quiet', '--force', '--done', '--date-format=raw'];
  const child = spawnGit(dir, ['-c', 'fastimport.unpackLimit=0', ...args], {
    GIT_OBJECT_DIRECTORY: aside,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(resolve(dir), 'objects'),
  });
  const exit = exitOf(child, args);
  exit.catch(() => undefined);
  let errors = '';
  let out = '';
  let count = 0;
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const write = async (text: string): Promise<void> => {
    if (child.exitCode === null && !child.stdin.write(text))
      await Promise.race([once(child.stdin, 'drain'), exit]);
  };
  const ref = `refs/cutover/line/${randomUUID()}`;
  try {
    await write('feature done\nfeature get-mark\n');
    let text = '';
    for await (const commit of commits) {
      text += headOf(ref, 1, commit);
      for (const path of commit.removed) text += `D ${path}\n`;
      for (const file of commit.written) text += fileOf(file);
      text += '\n';
      count++;
      if (text.length < 1 << 16) continue;
      await write(text);
      text = '';
    }
    text += `${headOf(ref, 2, end)}M 040000 ${end.tree} ""\n\n`;
    // The names of both are asked for, and the ref is taken back before it is ever made.
    text += `${count === 0 ? '' : 'get-mark :1\n'}get-mark :2\nreset ${ref}\nfrom ${'0'.repeat(40)}\n\ndone\n`;
    await write(text);
    child.stdin.end();
  } catch (error) {
    child.stdin.destroy();
    child.kill();
    await exit.catch(() => undefined);
    throw error;
  }
  const code = await exit;
  if (code !== 0) throw gitError(dir, args, code, errors);
  const names = out.trim().split('\n');
  return { before: count === 0 ? undefined : names[0], commit: names.at(-1)!, commits: count };
}

function headOf(
  ref: string,
  mark: number,
  { author, at, message }: Pick<LineEnd, 'author' | 'at' | 'message'>,
): string {
  const head = `commit ${ref}\nmark :${mark}\nauthor ${signed(author, at)}\ncommitter ${signed(committer, at)}\n`;
  return `${head}data ${Buffer.byteLength(message)}\n${message}\n`;
}

/** Git takes neither brackets nor line ends in a name. */
const signed = ({ name, email }: Signature, at: number): string =>
  `${clean(name)} <${clean(email)}> ${at} +0000`;
// eslint-disable-next-line no-control-regex
const clean = (text: string): string => text.replaceAll(/[<>\u0000-\u001f]/g, '');

function fileOf(file: LineCommit['written'][number]): string {
  if ('oid' in file) return `M 100644 ${file.oid} ${file.path}\n`;
  return `M 100644 inline ${file.path}\ndata ${Buffer.byteLength(file.content)}\n${file.content}\n`;
}

const hourMs = 3_600_000;

/** Git takes folders of this name for unfinished, and its own `prune` removes them too. */
const prefix = 'tmp_objdir-cutover-line_';

/** Puts finished packs among the repository's: by its index git finds a pack, so that comes last. */
async function takeOver(aside: string, packs: string): Promise<void> {
  const names = await readdir(join(aside, 'pack')).catch(() => []);
  if (names.length === 0) return;
  await mkdir(packs, { recursive: true });
  const isIndex = (name: string): number => (name.endsWith('.idx') ? 1 : 0);
  for (const name of names.sort((a, b) => isIndex(a) - isIndex(b)))
    await rename(join(aside, 'pack', name), join(packs, name));
  const folder = await open(packs, 'r');
  await folder.sync();
  await folder.close();
}

/** What killed writers left: their packs, and what `git fast-import` reports of its end, which nobody reads. */
async function removeAbandoned(dir: string): Promise<void> {
  for (const name of await readdir(join(dir, 'objects'))) {
    if (!name.startsWith(prefix)) continue;
    const path = join(dir, 'objects', name);
    if (await isAbandoned(path, name.slice(prefix.length))) await rm(path, { recursive: true, force: true });
  }
  for (const name of await readdir(dir)) {
    if (!name.startsWith('fast_import_crash_')) continue;
    const path = join(dir, name);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > hourMs) await rm(path, { force: true });
  }
}
