import { once } from 'node:events';
import { exitOf, git, gitError, spawnGit } from './git.ts';

/**
 * Writes one whole tree through a single `git fast-import`. Nothing is visible on any branch until the
 * caller moves one: the tree hangs on a scratch ref that `finish` and `abort` remove.
 */
export class TreeWriter {
  readonly #dir: string;
  readonly #ref: string;
  readonly #child: ReturnType<typeof spawnGit>;
  readonly #exit: Promise<number | null>;
  #errors = '';
  #files = 0;

  constructor(dir: string, name: string) {
    this.#dir = dir;
    this.#ref = `refs/cutover/writing/${name}`;
    const args = ['fast-import', '--quiet', '--force', '--done', '--date-format=raw'];
    this.#child = spawnGit(dir, args);
    this.#exit = exitOf(this.#child, args);
    this.#exit.catch(() => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    this.#child.stdout.resume();
    this.#child.stdin.write(
      `feature done\ncommit ${this.#ref}\ncommitter cutover <cutover@localhost> 0 +0000\ndata 0\ndeleteall\n`,
    );
  }

  get files(): number {
    return this.#files;
  }

  /** Adds a file; `true` asks the caller to await `drained()` before going on. */
  put(path: string, content: string): boolean {
    this.#files++;
    return !this.#child.stdin.write(
      `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`,
    );
  }

  async drained(): Promise<void> {
    await Promise.race([once(this.#child.stdin, 'drain'), this.#exit]);
  }

  /** Ends the stream and gives the hash of the tree. Throws CutoverError `git-failed`. */
  async finish(): Promise<string> {
    this.#child.stdin.end('\ndone\n');
    const code = await this.#exit;
    if (code !== 0) throw gitError(this.#dir, ['fast-import'], code, this.#errors);
    const tree = (await git(this.#dir, ['rev-parse', `${this.#ref}^{tree}`])).trim();
    await git(this.#dir, ['update-ref', '-d', this.#ref]);
    return tree;
  }

  /** Stops writing; leaves no ref behind. */
  async abort(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exit.catch(() => undefined);
    await git(this.#dir, ['update-ref', '-d', this.#ref]).catch(() => undefined);
  }
}
