import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { exitOf, git, gitError, spawnGit } from './git.ts';

/** A file's new text, or the name of a blob that is there already; null removes it. */
export type TreeEdit =
  | { readonly path: string; readonly content: string | null }
  | { readonly path: string; readonly oid: string };

/**
 * The tree of a commit with some files changed; of none with these files alone. Only the folders of the changed
 * files are written. No branch is touched. Throws CutoverError `git-failed`.
 */
export async function editTree(
  dir: string,
  base: string | undefined,
  edits: Iterable<TreeEdit>,
): Promise<string> {
  const ref = `refs/cutover/editing/${randomUUID()}`;
  const args = ['fast-import', '--quiet', '--force', '--done', '--date-format=raw'];
  const child = spawnGit(dir, args);
  const exit = exitOf(child, args);
  exit.catch(() => undefined);
  let errors = '';
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.resume();
  const from = base === undefined ? '' : `from ${base}\n`;
  child.stdin.write(
    `feature done\ncommit ${ref}\ncommitter cutover <cutover@localhost> 0 +0000\ndata 0\n${from}`,
  );
  for (const edit of edits) {
    const more = child.stdin.write(commandOf(edit));
    if (!more) await Promise.race([once(child.stdin, 'drain'), exit]);
  }
  child.stdin.end('\ndone\n');
  const code = await exit;
  if (code !== 0) throw gitError(dir, args, code, errors);
  try {
    return (await git(dir, ['rev-parse', `${ref}^{tree}`])).trim();
  } finally {
    await git(dir, ['update-ref', '-d', ref]);
  }
}

function commandOf(edit: TreeEdit): string {
  if ('oid' in edit) return `M 100644 ${edit.oid} ${edit.path}\n`;
  const { path, content } = edit;
  if (content === null) return `D ${path}\n`;
  return `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
}

/** Text of one file of a commit or tree; null where it has none. */
export async function readPath(dir: string, treeish: string, path: string): Promise<string | null> {
  const listed = await git(dir, ['ls-tree', '-z', '--full-tree', treeish, '--', path]);
  const oid = /^\d+ blob ([0-9a-f]+)\t/.exec(listed)?.[1];
  return oid === undefined ? null : git(dir, ['cat-file', 'blob', oid]);
}
