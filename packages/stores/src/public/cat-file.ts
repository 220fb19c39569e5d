import { CutoverError } from '@cutover/core';
import { exitOf, git, spawnGit } from './git.ts';

export interface GitObject {
  readonly oid: string;
  readonly type: string;
  readonly content: Buffer;
}

interface Request {
  readonly name: string;
  readonly resolve: (object: GitObject) => void;
  readonly reject: (error: Error) => void;
}

/** Objects by name out of one `git cat-file --batch`, as many requests at a time as one likes. */
export class CatFile {
  readonly #child: ReturnType<typeof spawnGit>;
  readonly #exit: Promise<number | null>;
  readonly #requests: Request[] = [];
  #pending: Buffer[] = [];
  #length = 0;
  /** Bytes that have to be there before anything can be cut off. */
  #wanted = 1;

  constructor(dir: string) {
    const args = ['cat-file', '--batch'];
    this.#child = spawnGit(dir, args);
    this.#exit = exitOf(this.#child, args);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.resume();
    this.#child.stdout.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#exit.then(
      () =>
        this.#failAll(new CutoverError('git-failed', 'git cat-file ended early', { next: 'run it again' })),
      (error: unknown) => this.#failAll(error as Error),
    );
  }

  /** The object of this name. Throws CutoverError `object-unreadable`. */
  read(name: string): Promise<GitObject> {
    return new Promise((resolve, reject) => {
      this.#requests.push({ name, resolve, reject });
      this.#child.stdin.write(`${name}\n`);
    });
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#exit.catch(() => undefined);
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#requests.splice(0)) reject(error);
  }

  #take(chunk: Buffer): void {
    this.#pending.push(chunk);
    this.#length += chunk.length;
    if (this.#length < this.#wanted) return;
    const bytes = this.#pending.length === 1 ? chunk : Buffer.concat(this.#pending);
    let at = 0;
    this.#wanted = 1;
    for (;;) {
      const end = bytes.indexOf(10, at);
      if (end === -1) break;
      const header = bytes.toString('utf8', at, end);
      const match = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(header);
      if (match === null) {
        this.#requests.shift()?.reject(unreadable(header));
        at = end + 1;
        continue;
      }
      const size = Number(match[3]);
      if (bytes.length < end + 1 + size + 1) {
        this.#wanted = end + 1 + size + 1 - at;
        break;
      }
      const content = bytes.subarray(end + 1, end + 1 + size);
      this.#requests.shift()?.resolve({ oid: match[1]!, type: match[2]!, content });
      at = end + 1 + size + 1;
    }
    this.#pending = at === bytes.length ? [] : [bytes.subarray(at)];
    this.#length = bytes.length - at;
  }
}

function unreadable(header: string): CutoverError {
  return new CutoverError('object-unreadable', `an object cannot be read from git: ${header}`, {
    next: 'run `git fsck --full` in the repository and restore the object from a clone',
    data: { object: header.split(' ', 1)[0] },
  });
}

/** Paths that one process is asked for. */
const pathsAtOnce = 10_000;

/**
 * Sizes in bytes of files of a commit or tree, in the order of their paths; undefined: there is no file. Throws
 * CutoverError `git-failed`.
 */
export async function fileSizes(
  dir: string,
  treeish: string,
  paths: readonly string[],
): Promise<(number | undefined)[]> {
  const sizes: (number | undefined)[] = [];
  for (let from = 0; from < paths.length; from += pathsAtOnce) {
    const input = paths.slice(from, from + pathsAtOnce).map((path) => `${treeish}:${path}\n`);
    const out = await git(dir, ['cat-file', '--batch-check=%(objecttype) %(objectsize)'], {
      input: input.join(''),
    });
    for (const line of out.trimEnd().split('\n')) {
      const size = /^blob (\d+)$/.exec(line)?.[1];
      sizes.push(size === undefined ? undefined : Number(size));
    }
  }
  return sizes;
}
