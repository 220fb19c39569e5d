import { createInterface } from 'node:readline';
import { CatFile } from './cat-file.ts';
import { exitOf, git, gitError, spawnGit } from './git.ts';
import type { TreeFile } from './tree-reader.ts';

/** Objects that are asked for at a time. */
const atATime = 256;

/**
 * Every state that a record ever had in the commits up to these: each content once, under a path that it had. Streamed;
 * one `rev-list` names them and one `cat-file` gives them. Throws CutoverError `git-failed` or `object-unreadable`.
 */
export async function* readPast(dir: string, ...commits: readonly string[]): AsyncGenerator<TreeFile> {
  const args = ['rev-list', '--objects', ...commits, '--'];
  const listing = spawnGit(dir, args);
  const exit = exitOf(listing, args);
  exit.catch(() => undefined);
  let errors = '';
  listing.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  listing.stdin.end();
  const cat = new CatFile(dir);
  try {
    let wanted: { path: string; oid: string }[] = [];
    const read = async (): Promise<TreeFile[]> => {
      const objects = await Promise.all(wanted.map(({ oid }) => cat.read(oid)));
      const files = wanted.map(({ path }, i) => ({
        path,
        sheet: path.slice(0, path.indexOf('/')),
        bytes: objects[i]!.content,
      }));
      wanted = [];
      return files;
    };
    for await (const line of createInterface({ input: listing.stdout, crlfDelay: Infinity })) {
      const path = line.slice(41);
      if (!path.endsWith('.toml') || path.startsWith('.')) continue;
      wanted.push({ path, oid: line.slice(0, 40) });
      if (wanted.length === atATime) yield* await read();
    }
    yield* await read();
    const code = await exit;
    if (code !== 0) throw gitError(dir, args, code, errors);
  } finally {
    listing.kill();
    await cat.close();
  }
}

/** One commit of a line, as it was signed. */
export interface SignedCommit {
  readonly commit: string;
  readonly parents: readonly string[];
  /** Seconds since 1970. */
  readonly authoredAt: number;
  readonly committedAt: number;
  readonly name: string;
  readonly email: string;
}

/** The commits up to one, first to last. Throws CutoverError `git-failed`. */
export async function* readCommits(dir: string, commit: string): AsyncGenerator<SignedCommit> {
  const format = '--format=%H%x09%P%x09%at%x09%ct%x09%ae%x09%an';
  const args = ['log', '--reverse', '--topo-order', format, commit, '--'];
  await git(dir, ['rev-parse', '--verify', '--quiet', `${commit}^{commit}`]);
  const child = spawnGit(dir, args);
  const exit = exitOf(child, args);
  exit.catch(() => undefined);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.end();
  try {
    for await (const line of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
      const [oid, parents, at, committed, email, ...name] = line.split('\t');
      yield {
        commit: oid!,
        parents: parents === '' ? [] : parents!.split(' '),
        authoredAt: Number(at),
        committedAt: Number(committed),
        email: email!,
        name: name.join('\t'),
      };
    }
    const code = await exit;
    if (code !== 0) throw gitError(dir, args, code, errors);
  } finally {
    child.kill();
  }
}
