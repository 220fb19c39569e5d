import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory, writeAtomically } from '../json-lines.ts';
import type { Generation } from '../snapshots.ts';

export interface Commit {
  readonly at: string;
  readonly by: string;
  readonly why: string;
  /** A move without a draft removes the file. Drafts are named relative to the store's folder. */
  readonly moves: readonly { readonly name: string; readonly existed: boolean; readonly draft?: string }[];
  readonly layout?: string;
  readonly layoutBefore?: string;
}

/** What turned generation `from` into the next one; its files as they were lie beside it. */
interface Step extends Omit<Commit, 'layout'> {
  readonly from: number;
}

const intentFile = 'commit.json';
const generationFile = 'generation.json';
const stepFile = 'step.json';

/**
 * Commits of several files, all or none, and what the files were before. States on disk:
 *   no `commit.json`   every commit is whole
 *   `commit.json`      a commit was decided; whoever takes the lock next carries it out, however far it got
 * All methods that write want the store's lock.
 */
export class CommitLog {
  readonly #dir: string;
  readonly #keep: number;
  readonly #onStep: (step: string) => void;

  constructor(
    dir: string,
    options: { keepGenerations: number; onStep?: ((step: string) => void) | undefined },
  ) {
    this.#dir = dir;
    this.#keep = options.keepGenerations;
    this.#onStep = options.onStep ?? (() => undefined);
  }

  async isPending(): Promise<boolean> {
    return (await stat(join(this.#dir, intentFile)).catch(() => undefined)) !== undefined;
  }

  async generation(): Promise<number> {
    const text = await readFile(join(this.#dir, generationFile), 'utf8').catch(() => undefined);
    return text === undefined ? 0 : (JSON.parse(text) as { generation: number }).generation;
  }

  async write(commit: Commit): Promise<void> {
    const step: Commit & { from: number } = { ...commit, from: await this.generation() };
    this.#onStep('before-intent');
    await writeAtomically(join(this.#dir, intentFile), JSON.stringify(step));
    this.#onStep('after-intent');
    await this.#carryOut(step);
  }

  /** Carries out a commit that a killed process had decided. */
  async recover(): Promise<void> {
    const text = await readFile(join(this.#dir, intentFile), 'utf8').catch(() => undefined);
    if (text !== undefined) await this.#carryOut(JSON.parse(text) as Commit & { from: number });
  }

  /** Every step may have been done before. */
  async #carryOut(commit: Commit & { from: number }): Promise<void> {
    const { from, moves, layout, ...rest } = commit;
    const kept = this.#keptDir(from);
    await mkdir(kept, { recursive: true, mode: 0o700 });
    for (const { name, existed, draft } of moves) {
      const path = join(this.#dir, name);
      const before = join(kept, name);
      // The draft still being there says that this file has not been put in place yet.
      const pending = draft === undefined ? existed : await exists(join(this.#dir, draft));
      if (pending && existed) await keepFile(path, before);
      if (draft === undefined) await rm(path, { force: true });
      else if (pending) {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(join(this.#dir, draft), path);
      }
      this.#onStep('moved');
    }
    for (const folder of new Set(moves.map(({ name }) => dirname(join(this.#dir, name))))) {
      await syncDirectory(folder).catch(() => undefined);
    }
    const step: Step = { ...rest, from, moves };
    await writeAtomically(join(kept, stepFile), JSON.stringify(step));
    if (layout !== undefined) await writeAtomically(join(this.#dir, 'layout.json'), layout);
    await writeAtomically(join(this.#dir, generationFile), JSON.stringify({ generation: from + 1 }));
    this.#onStep('before-done');
    await rm(join(this.#dir, intentFile), { force: true });
    if (from + 1 - this.#keep >= 0) {
      await rm(this.#keptDir(from + 1 - this.#keep), { recursive: true, force: true });
    }
  }

  /** Newest first. The oldest one that is kept has no story of its own. */
  async *history(): AsyncGenerator<Generation> {
    for (const from of (await this.#kept()).reverse()) {
      const { at, by, why, moves } = await this.#step(from);
      yield { generation: from + 1, at, by, why, changed: moves.map(({ name }) => name) };
    }
  }

  /** Where the files of a generation lie that differ from now; undefined there: it had no such file. */
  async at(
    generation: number,
  ): Promise<{ places: Map<string, string | undefined>; layout: string | undefined } | undefined> {
    const kept = await this.#kept();
    const now = await this.generation();
    if (generation >= now || !kept.includes(generation)) return undefined;
    const places = new Map<string, string | undefined>();
    let layout: string | undefined;
    for (let from = now - 1; from >= generation; from--) {
      const step = await this.#step(from);
      for (const { name, existed } of step.moves) {
        places.set(name, existed ? join(this.#keptDir(from), name) : undefined);
      }
      layout = step.layoutBefore ?? layout;
    }
    return { places, layout };
  }

  async #step(from: number): Promise<Step> {
    return JSON.parse(await readFile(join(this.#keptDir(from), stepFile), 'utf8')) as Step;
  }

  /** Removes all that was before, oldest first, so that what is left at any moment can be gone back to. */
  async forget(): Promise<number> {
    const kept = await this.#kept();
    for (const from of kept) {
      // Moved away whole: half a generation is never seen.
      const away = join(this.#dir, 'drafts', `forgotten-${randomUUID()}`);
      await mkdir(dirname(away), { recursive: true, mode: 0o700 });
      await rename(this.#keptDir(from), away);
      this.#onStep('forgotten');
      await rm(away, { recursive: true });
    }
    return kept.length;
  }

  /** Generations that can be gone back to, oldest first. */
  async #kept(): Promise<number[]> {
    const names = await readdir(join(this.#dir, 'history')).catch(() => []);
    const now = await this.generation();
    return names
      .map(Number)
      .filter((from) => Number.isInteger(from) && from < now)
      .sort((a, b) => a - b);
  }

  #keptDir(from: number): string {
    return join(this.#dir, 'history', String(from).padStart(9, '0'));
  }
}

async function keepFile(path: string, before: string): Promise<void> {
  await mkdir(dirname(before), { recursive: true, mode: 0o700 });
  await link(path, before).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
  });
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
