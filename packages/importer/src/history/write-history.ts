import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { type CommitAuthor, rowName } from '@cutover/records';
import { git, type Head, type LineCommit, type PublicStore, writeCommitLine } from '@cutover/stores';
import { recordId } from '@cutover/records';
import type { Lookup } from '../lookup/lookup.ts';
import type { History } from './history.ts';
import { type ChangeLine, parseCommitKey } from './lines.ts';

export interface HistoryResult {
  readonly branch: string;
  readonly commit: string;
  readonly moved: boolean;
  /** The branch went on from where it was; false where its past was made anew, because a state of then is shown otherwise now. */
  readonly extended: boolean;
  /** Commits with states of rows, without the last one, which brings the rest of the import's tree. */
  readonly commits: number;
  readonly undated: number;
}

export interface WriteInput {
  readonly publicStore: PublicStore;
  readonly profileName: string;
  readonly instance: string;
  readonly lookup: Lookup;
  readonly branch: string;
  /** The import's tree. */
  readonly tree: string;
  /** Paths of the import's tree that no row gives: the configs of its sheets. */
  readonly configs: number;
  readonly moment: string | undefined;
}

/** The line of commits, written and not on any branch yet. */
export interface WrittenHistory {
  readonly commit: string;
  readonly commits: number;
  readonly undated: number;
  readonly check: Check;
}

/** Times that the branch may be moved by others before it is given up. */
const attempts = 5;
const tool: CommitAuthor = { name: 'cutover', email: 'cutover@localhost' };
/** Rows named in a commit's message. */
const namedAtMost = 20;

/** Writes all commits; the last one has exactly the import's tree. */
export async function writeHistory(history: History, input: WriteInput): Promise<WrittenHistory> {
  const authors = authorsOf(history, input);
  let latest = 0;
  function* commits(): Generator<LineCommit> {
    for (const { at, author, changes } of byCommit(history.changes())) {
      latest = at;
      yield commitOf(at, authors(author), changes);
    }
  }
  const taken = Math.floor(Date.parse(input.moment ?? '') / 1000);
  const undated = history.rows.undated;
  const { tree } = input;
  const written = await writeCommitLine(input.publicStore.dir, commits(), {
    tree,
    author: tool,
    // Read when the commits before it are written.
    get at() {
      return Math.max(latest, Number.isNaN(taken) ? 0 : taken);
    },
    message: `Where the import stands: ${undated} ${undated === 1 ? 'record' : 'records'} without a date, and the sheets themselves\n`,
  });
  const check = await checkLine(history, input, written.before, written.commit, written.commits);
  return { commit: written.commit, commits: written.commits, undated, check };
}

/** Moves the branch by compare-and-swap. The same past moves nothing. */
export async function publishHistory(
  { publicStore, branch }: Pick<WriteInput, 'publicStore' | 'branch'>,
  { commit, commits, undated }: WrittenHistory,
): Promise<HistoryResult> {
  for (let attempt = 1; ; attempt++) {
    const before = await publicStore.head(branch);
    const result = { branch, commit, commits, undated };
    if (before?.commit === commit) return { ...result, moved: false, extended: true };
    try {
      await publicStore.moveBranch(branch, commit, before);
      return { ...result, moved: true, extended: await isExtended(publicStore, before, commit) };
    } catch (error) {
      if (attempt >= attempts) throw error;
    }
  }
}

/** The last commit of a line is another with every import, so that its parent is what has to be there. */
async function isExtended(store: PublicStore, before: Head | undefined, commit: string): Promise<boolean> {
  if (before === undefined) return true;
  const past = (await git(store.dir, ['rev-list', '--max-count=1', '--skip=1', before.commit])).trim();
  if (past === '') return true;
  const merged = await git(store.dir, ['rev-list', '--max-count=1', past, `^${commit}`]);
  return merged.trim() === '';
}

interface Commit {
  readonly at: number;
  readonly author: string;
  readonly changes: readonly ChangeLine[];
}

function* byCommit(changes: Iterable<readonly [string, ChangeLine]>): Generator<Commit> {
  let open: { at: number; author: string; commit: string; changes: ChangeLine[] } | undefined;
  for (const [key, change] of changes) {
    const of = parseCommitKey(key);
    if (open !== undefined && open.commit !== of.commit) {
      yield open;
      open = undefined;
    }
    open ??= { ...of, changes: [] };
    open.changes.push(change);
  }
  if (open !== undefined) yield open;
}

function commitOf(at: number, author: CommitAuthor, changes: readonly ChangeLine[]): LineCommit {
  return {
    author,
    at,
    message: messageOf(changes),
    removed: changes.flatMap(({ from, file }) => [from, file?.removed]).filter((path) => path !== undefined),
    written: changes.flatMap(({ path, oid, content, file }) => [
      oid === undefined ? { path, content: content! } : { path, oid },
      ...(file?.written === undefined ? [] : [file.written]),
    ]),
  };
}

function messageOf(changes: readonly ChangeLine[]): string {
  const said = changes.map(({ path, from, is }) =>
    from === undefined ? `${bare(path)} ${is}` : `${bare(from)} is ${bare(path)} now`,
  );
  if (said.length === 1) return `${said[0]}\n`;
  const more = said.length > namedAtMost ? [`and ${said.length - namedAtMost} more`] : [];
  return `${said[0]}, and ${said.length - 1} more\n\n${[...said.slice(0, namedAtMost), ...more].join('\n')}\n`;
}

const bare = (path: string): string => path.replace(/\.toml$/, '');

/** People by their key: who is not there, or is not to be told of, is nobody. */
function authorsOf(history: History, input: WriteInput): (key: string) => CommitAuthor {
  const { part, rows, tables } = history;
  const source = tables.sourceOf({ source: part.people, key: [] });
  let recent = new Map<string, CommitAuthor>();
  return (key) => {
    const known = recent.get(key);
    if (known !== undefined) return known;
    const row = { source: part.people, scope: '', key: [key] };
    const { lookup, profileName, instance } = input;
    const slug = key === '' ? undefined : lookup.slug(row);
    const isShown =
      slug !== undefined &&
      lookup.row(source, row) !== undefined &&
      !lookup.isExcluded(row) &&
      !rows.hidden.has(rowName(row));
    const author = isShown ? part.author({ id: recordId(profileName, instance, row), slug }) : part.nobody;
    if (recent.size >= 10_000) recent = new Map();
    recent.set(key, author);
    return author;
  };
}

/**
 * The commits of the past have to add up to the import: what the last commit adds is what has no date, and it changes
 * and removes nothing that they say.
 */
async function checkLine(
  history: History,
  { publicStore, tree, configs }: WriteInput,
  before: string | undefined,
  last: string,
  commits: number,
): Promise<Check> {
  const findings = new FindingList();
  const lastTree = (await git(publicStore.dir, ['rev-parse', `${last}^{tree}`])).trim();
  if (lastTree !== tree)
    findings.add({
      code: 'history-tree-differs',
      message: 'the last tree of the past is not the import’s',
      expected: tree,
      actual: lastTree,
    });
  let added = 0;
  if (before !== undefined) {
    const args = ['diff-tree', '-r', '-z', '--no-renames', '--name-status', before, last];
    const listed = (await git(publicStore.dir, args)).split('\0');
    for (let i = 0; i + 1 < listed.length; i += 2) {
      const [status, path] = [listed[i]!, listed[i + 1]!];
      if (status === 'A') added++;
      else
        findings.add({
          code: 'history-does-not-add-up',
          message: `${path}: the states of its row do not end with what was imported`,
          subject: path,
          next: 'this is a fault of the import’s past: legacy-import is right, tell who maintains the tool',
        });
    }
    const expected = history.rows.undated + history.rows.undatedFiles + configs;
    if (added !== expected)
      findings.add({
        code: 'history-does-not-add-up',
        message: `the last commit adds ${added} files, and ${expected} have no date`,
        expected,
        actual: added,
      });
  }
  return concludeCheck({
    id: 'history',
    title: 'The past ends with exactly the tree that was imported',
    looked: commits,
    expected: tree,
    actual: lastTree,
    findings,
    evidence: { commits, addedByTheLast: added, undated: history.rows.undated },
  });
}
