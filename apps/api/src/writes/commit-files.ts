import { randomUUID } from 'node:crypto';
import { CutoverError } from '@cutover/core';
import { git } from '@cutover/stores';

export interface FileChanges {
  /** Text by path; undefined: the file goes. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string };
  /** The commit that the branch must still be at. */
  readonly parent: string;
}

/**
 * One commit that changes some files of a branch and leaves all others; costs no more than the directories it
 * touches. The branch moves by compare-and-swap. Gives the commit; throws CutoverError `branch-moved`.
 */
export async function commitFiles(dir: string, branch: string, changes: FileChanges): Promise<string> {
  const scratch = `refs/cutover/writing/${randomUUID()}`;
  try {
    await git(dir, ['fast-import', '--quiet', '--done', '--date-format=raw'], {
      input: importScript(scratch, changes),
    });
    const commit = (await git(dir, ['rev-parse', '--verify', scratch])).trim();
    try {
      await git(dir, ['update-ref', `refs/heads/${branch}`, commit, changes.parent]);
    } catch (cause) {
      const now = (await git(dir, ['rev-parse', '--verify', `refs/heads/${branch}`])).trim();
      if (now === changes.parent) throw cause;
      throw new CutoverError('branch-moved', `${branch} was moved by somebody else while this was written`, {
        next: 'try again; nothing was lost',
        data: { branch, expected: changes.parent, actual: now },
        cause,
      });
    }
    return commit;
  } finally {
    await git(dir, ['update-ref', '-d', scratch]).catch(() => undefined);
  }
}

function importScript(ref: string, { files, message, author, parent }: FileChanges): string {
  const seconds = Math.floor(Date.now() / 1000);
  const name = author.name.replaceAll(/[<>\s\p{Cc}]+/gu, ' ').trim() || 'nobody';
  const lines = [
    `commit ${ref}`,
    `author ${name} <${author.email}> ${seconds} +0000`,
    `committer cutover <cutover@localhost> ${seconds} +0000`,
    data(message),
    `from ${parent}`,
  ];
  for (const [path, text] of files) {
    lines.push(text === undefined ? `D ${quoted(path)}` : `M 100644 inline ${quoted(path)}\n${data(text)}`);
  }
  return `${lines.join('\n')}\n\ndone\n`;
}

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}`;

/** A path as fast-import reads it between quotes. */
const quoted = (path: string): string =>
  `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
