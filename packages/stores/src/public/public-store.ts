import { access, rm, stat } from 'node:fs/promises';
import { constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { CutoverError, exitCodes, type Listener, makeFolder } from '@cutover/core';
import { gitsheetsPath, type Sheet } from '@cutover/records';
import { assertBranchName } from './branch-name.ts';
import { type Changes, type ChangesOptions, readChanges } from './changes.ts';
import { git } from './git.ts';
import { gitPastLocks } from './ref-lock.ts';
import { readTree, type TreeFile } from './tree-reader.ts';
import { openTreeWriter, type TreeWriter, type WriteOptions } from './tree-writer.ts';

export interface Head {
  readonly commit: string;
  readonly tree: string;
}

export interface CommitInput {
  readonly tree: string;
  readonly message: string;
  /** The commit that the branch must still be at; undefined: the branch must not exist. */
  readonly expected: Head | undefined;
  /** Further parents, of a merge. */
  readonly merged?: readonly string[];
}

/** The bare git repository of public records. */
export interface PublicStore {
  readonly dir: string;
  /** Where a branch stands, undefined where it does not exist. Throws CutoverError `branch-name-invalid`. */
  head(branch: string): Promise<Head | undefined>;
  /** The same of a branch that has to be there. Throws CutoverError `branch-missing`. */
  headOf(branch: string): Promise<Head>;
  /** Full message of the commit that a branch is at. */
  message(branch: string): Promise<string | undefined>;
  /** Streams all records of a branch, commit or tree in one pass. */
  readRecords(treeish: string): AsyncIterable<TreeFile>;
  /** The same, many at a time. */
  readBatches(treeish: string): AsyncIterable<readonly TreeFile[]>;
  /** What differs between two commits or trees (`from` undefined: everything), with records of these sheets matched by id. */
  changes(
    from: string | undefined,
    to: string,
    sheets: ReadonlySet<string>,
    options?: ChangesOptions,
  ): Promise<Changes>;
  /** Begins a whole new tree. Throws CutoverError `object-unreadable`, `disk-full` or `pack-unwritable`. */
  writeTree(options?: WriteOptions): Promise<TreeWriter>;
  /** Commits a tree and moves the branch by compare-and-swap. Throws CutoverError `branch-moved`. */
  commit(branch: string, input: CommitInput): Promise<Head>;
  /** Moves a branch to a commit that is there, if it is still at `expected`. Throws CutoverError `branch-moved`. */
  moveBranch(branch: string, commit: string, expected: Head | undefined): Promise<void>;
  /** Removes a branch if it is still at `expected`. Throws CutoverError `branch-moved`. */
  removeBranch(branch: string, expected: Head): Promise<void>;
}

/** Path and text of a sheet's gitsheets config. */
export function sheetConfig(sheet: Sheet): { path: string; content: string } {
  return {
    path: `.gitsheets/${sheet.name}.toml`,
    content: `[gitsheet]\nroot = ${JSON.stringify(sheet.name)}\npath = ${JSON.stringify(gitsheetsPath(sheet.path))}\n`,
  };
}

export interface OpenPublicOptions {
  /** Makes the repository where the folder does not exist or is empty. */
  readonly create?: boolean;
  /** Is told what a commit waits for. */
  readonly onEvent?: Listener;
}

/**
 * Opens a bare repository.
 * Throws CutoverError `public-store-missing`, `public-store-not-bare`, `public-store-foreign` or `public-store-read-only`.
 */
export async function openPublicStore(dir: string, options: OpenPublicOptions = {}): Promise<PublicStore> {
  const bare = await isBare(dir);
  if (bare === false) {
    throw new CutoverError('public-store-not-bare', `${dir} is a git work tree, not a bare repository`, {
      next: `make a bare one with \`git clone --bare ${dir} ${dir.replace(/\/$/, '')}.git\` and use that`,
    });
  }
  if (bare === undefined) {
    if (options.create !== true) {
      throw new CutoverError('public-store-missing', `${dir} is no git repository`, {
        next: 'give the bare repository of public records with --public, or import first',
      });
    }
    await makeFolder(dir).catch((error: unknown) => {
      throw readOnly(dir, error);
    });
    // One that was killed while it was made is no repository yet, and may have left this.
    await rm(join(dir, 'config.lock'), { force: true });
    await git(dir, ['init', '--quiet', '--bare', '--initial-branch=main', '.']);
  }
  if (options.create === true) await assertWritable(dir);
  return new GitPublicStore(dir, options.onEvent);
}

async function isBare(dir: string): Promise<boolean | undefined> {
  const isFile = (await stat(dir).catch(() => undefined))?.isDirectory() === false;
  if (isFile)
    throw new CutoverError('public-store-not-bare', `${dir} is a file, not a bare repository`, {
      next: 'give the folder of a bare repository with --public, or one that import shall make',
    });
  try {
    const answer = (await git(dir, ['rev-parse', '--is-bare-repository', '--show-prefix'])).split('\n');
    const top = (await git(dir, ['rev-parse', '--absolute-git-dir'])).trim();
    if (answer[0] === 'true') return true;
    // A plain folder inside somebody's work tree is not a repository of its own.
    return (await git(dir, ['rev-parse', '--show-cdup'])).trim() === '' && top !== '' ? false : undefined;
  } catch (error) {
    if (!(error instanceof CutoverError) || error.code !== 'git-failed') throw error;
    if (String(error.data['stderr']).includes('dubious ownership')) throw foreign(dir, error);
    return undefined;
  }
}

/** Git uses no repository of another user, whose hooks and settings it would run; ours never says otherwise. */
function foreign(dir: string, cause: unknown): CutoverError {
  return new CutoverError('public-store-foreign', `${dir} belongs to another user, so git does not use it`, {
    next: 'run cutover as the user that owns the repository, or give the folder to this one with chown -R',
    cause,
  });
}

async function assertWritable(dir: string): Promise<void> {
  try {
    for (const folder of ['objects', 'refs']) await access(join(dir, folder), constants.W_OK);
    for (const folder of ['objects/pack', 'refs/heads']) {
      const path = join(dir, folder);
      if (existsSync(path)) await access(path, constants.W_OK);
    }
  } catch (cause) {
    throw readOnly(dir, cause);
  }
}

function readOnly(dir: string, cause: unknown): CutoverError {
  return new CutoverError('public-store-read-only', `${dir} cannot be written`, {
    next: 'give the user that runs cutover write permission on the repository',
    cause,
  });
}

class GitPublicStore implements PublicStore {
  readonly dir: string;
  readonly #onEvent: Listener | undefined;

  constructor(dir: string, onEvent: Listener | undefined) {
    this.dir = dir;
    this.#onEvent = onEvent;
  }

  async headOf(branch: string): Promise<Head> {
    const head = await this.head(branch);
    if (head !== undefined) return head;
    throw new CutoverError('branch-missing', `the public store has no branch ${branch}`, {
      next: 'give the branch that is meant with --branch',
      exitCode: exitCodes.usage,
    });
  }

  async head(branch: string): Promise<Head | undefined> {
    assertBranchName(branch);
    const ref = `refs/heads/${branch}`;
    // Of branches below that name too, as of folders.
    const out = await git(this.dir, ['for-each-ref', '--format=%(refname) %(objectname) %(tree)', ref]);
    const heads = out.split('\n').map((line) => line.split(' '));
    const [, commit, tree] = heads.find(([name]) => name === ref) ?? [];
    return commit === undefined || tree === undefined ? undefined : { commit, tree };
  }

  async message(branch: string): Promise<string | undefined> {
    const head = await this.head(branch);
    return head === undefined ? undefined : await git(this.dir, ['log', '-1', '--format=%B', head.commit]);
  }

  async *readRecords(treeish: string): AsyncGenerator<TreeFile> {
    for await (const batch of readTree(this.dir, treeish)) yield* batch;
  }

  readBatches(treeish: string): AsyncIterable<readonly TreeFile[]> {
    return readTree(this.dir, treeish);
  }

  changes(
    from: string | undefined,
    to: string,
    sheets: ReadonlySet<string>,
    options: ChangesOptions = {},
  ): Promise<Changes> {
    return readChanges(this.dir, from, to, sheets, options);
  }

  writeTree(options: WriteOptions = {}): Promise<TreeWriter> {
    return openTreeWriter(this.dir, options);
  }

  async commit(branch: string, { tree, message, expected, merged = [] }: CommitInput): Promise<Head> {
    const parents = [...(expected === undefined ? [] : [expected.commit]), ...merged];
    const parent = parents.flatMap((commit) => ['-p', commit]);
    const author = { GIT_AUTHOR_NAME: 'cutover', GIT_AUTHOR_EMAIL: 'cutover@localhost' };
    const committer = { GIT_COMMITTER_NAME: 'cutover', GIT_COMMITTER_EMAIL: 'cutover@localhost' };
    const commit = (
      await git(this.dir, ['commit-tree', tree, ...parent], {
        input: message,
        env: { ...author, ...committer },
      })
    ).trim();
    await this.#swap(branch, commit, expected);
    return { commit, tree };
  }

  async moveBranch(branch: string, commit: string, expected: Head | undefined): Promise<void> {
    await this.#swap(branch, commit, expected);
  }

  async removeBranch(branch: string, expected: Head): Promise<void> {
    await this.#swap(branch, '0'.repeat(40), expected);
  }

  async #swap(branch: string, to: string, expected: Head | undefined): Promise<void> {
    const from = expected?.commit ?? '0'.repeat(40);
    try {
      const args = ['update-ref', `refs/heads/${branch}`, to, from];
      await gitPastLocks(this.dir, args, { onEvent: this.#onEvent });
    } catch (cause) {
      const now = await this.head(branch);
      if (now?.commit === expected?.commit) throw cause;
      throw new CutoverError('branch-moved', `${branch} was moved by somebody else while this was written`, {
        next: 'run the same command again; nothing was lost',
        data: { branch, expected: expected?.commit, actual: now?.commit },
        cause,
      });
    }
  }
}
