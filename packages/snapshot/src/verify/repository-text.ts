import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { git, readAllObjects, treeEntries } from '@cutover/stores';

/** Bytes to search, and what they are called in findings. */
export interface RepositoryText {
  readonly name: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag' | 'file';
  readonly bytes: Buffer;
}

/**
 * Everything that is written in a repository: every object, also those that nothing refers to (of trees the names,
 * of commits and tags all but other objects' names and the moment), and every file beside the objects that git
 * itself did not put there: config, refs, notes, logs, hooks.
 */
export async function* repositoryTexts(dir: string): AsyncGenerator<RepositoryText> {
  for await (const { oid, type, content } of readAllObjects(dir)) {
    yield { name: `${type} ${oid}`, type: type as RepositoryText['type'], bytes: textOf(type, content) };
  }
  const own = await gitsOwnFiles();
  for (const path of await filesOf(dir)) {
    const content = await readFile(join(dir, path));
    if (own.get(path)?.equals(content) === true) continue;
    // The name of a ref or hook may say something as well.
    yield {
      name: path,
      type: 'file',
      bytes: Buffer.concat([Buffer.from(`${withoutTags(path)}\n`), refsOf(content)]),
    };
  }
}

function textOf(type: string, content: Buffer): Buffer {
  if (type === 'tree') {
    return Buffer.from([...treeEntries(content)].map(({ name }) => `/${name}\n`).join(''));
  }
  if (type !== 'commit' && type !== 'tag') return content;
  const text = content.toString();
  const end = text.indexOf('\n\n');
  const head = text
    .slice(0, end === -1 ? undefined : end)
    .split('\n')
    .filter((line) => !/^(?:tree|parent|object|type) /.test(line))
    .map((line) => line.replace(/ \d+ [+-]\d{4}$/, ''));
  return Buffer.from(head.join('\n') + (end === -1 ? '' : text.slice(end)));
}

/** Our own tags have a year in them, which is no number of anything. */
const withoutTags = (text: string): string =>
  text.replaceAll(/snapshot-\d{4}-(?:q\d-scrubbed|\d\d-\d\d)/g, 'snapshot');

const refsOf = (content: Buffer): Buffer =>
  Buffer.from(withoutTags(content.toString('latin1')).replaceAll(/\b[0-9a-f]{40}\b/g, ' '), 'latin1');

async function filesOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((path) => !/^objects\/(?:[0-9a-f]{2}|pack)\//.test(path))
    .sort();
}

/** What git puts into every new repository. */
async function gitsOwnFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const dir = await mkdtemp(join(tmpdir(), 'cutover-git-'));
  try {
    await git(dir, ['init', '--quiet', '--bare', '--initial-branch=main', '.']);
    const files = new Map<string, Buffer>();
    for (const path of await filesOf(dir)) files.set(path, await readFile(join(dir, path)));
    return files;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
