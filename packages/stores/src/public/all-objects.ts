import { exitOf, gitError, spawnGit } from './git.ts';
import type { GitObject } from './cat-file.ts';

/**
 * Every object of a repository, in no order: those that nothing refers to any more too. Memory does not grow with
 * the repository. Throws CutoverError `git-failed`.
 */
export async function* readAllObjects(dir: string): AsyncGenerator<GitObject> {
  const args = ['cat-file', '--batch-all-objects', '--unordered', '--batch', '--buffer'];
  const child = spawnGit(dir, args);
  const exit = exitOf(child, args);
  exit.catch(() => undefined);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.end();
  try {
    let pending: Buffer[] = [];
    let [length, wanted] = [0, 1];
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      pending.push(chunk);
      length += chunk.length;
      if (length < wanted) continue;
      const bytes = pending.length === 1 ? chunk : Buffer.concat(pending);
      let at = 0;
      wanted = 1;
      for (;;) {
        const end = bytes.indexOf(10, at);
        if (end === -1) break;
        const [oid = '', type = '', size = ''] = bytes.toString('latin1', at, end).split(' ');
        const next = end + 1 + Number(size) + 1;
        if (Number.isNaN(next)) throw gitError(dir, args, null, `${oid} ${type}`);
        if (bytes.length < next) {
          wanted = next - at;
          break;
        }
        yield { oid, type, content: bytes.subarray(end + 1, next - 1) };
        at = next;
      }
      pending = at === bytes.length ? [] : [bytes.subarray(at)];
      length = bytes.length - at;
    }
    const code = await exit;
    if (code !== 0 || length > 0) throw gitError(dir, args, code, errors || 'the last object is cut off');
  } finally {
    child.kill();
  }
}
