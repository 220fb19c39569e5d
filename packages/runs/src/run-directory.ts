import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes, type Report, reportAsHtml, reportAsMarkdown } from '@cutover/core';
import { flags } from './control.ts';
import { type JournalEntry, type Journaled, parseJournal, type Wait } from './journal.ts';
import { workerLines } from './worker.ts';

/**
 * `done`: to the end, and everything held. `failed`: anything else that was not asked for. `waiting`: for a
 * person or a time. `rolled-back`: `cutover rollback` went back.
 */
export type RunStatus = 'running' | 'waiting' | 'done' | 'failed' | 'aborted' | 'rolled-back';

/** `status.json`: replaced atomically, safe to poll. */
export interface Status {
  readonly runId: string;
  readonly plan: string;
  readonly mode: string;
  readonly status: RunStatus;
  readonly step: string | null;
  readonly stepIndex: number;
  readonly stepsTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly rowsDone: number;
  readonly rowsTotal: number;
  readonly percent: number;
  readonly etaSeconds: number | null;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly errors: readonly string[];
  /** What it waits for, since when, when it is forgotten, and whether a process stays for it. */
  readonly waitingFor?: Wait & {
    readonly since: string;
    readonly stalledAt?: string;
    readonly staying?: boolean;
  };
  /** The step has taken longer than it may. */
  readonly overBudget?: boolean;
  /** What was done is being taken back, and that has not ended. */
  readonly goesBack?: boolean;
  /** Until when going on in time for the window is possible: after it, abort. */
  readonly abortBy?: string;
  /** The first write of the new side that is not the importer's: what going back would have to carry. */
  readonly pointOfNoReturn?: { readonly at: string; readonly what: string };
}

/** Called right before and after each line of the journal is made durable: a test stops the process there. */
export type OnJournal = (moment: 'before' | 'after', entry: JournalEntry) => void;

/** Files of one run: `runs/<run-id>/{status.json, journal.jsonl, run.log, report.json, report.md, report.html, run.pid}`. */
export class RunDirectory {
  readonly id: string;
  readonly dir: string;
  readonly startedAt: string;
  /** What the journal held when the run was opened: nothing for a new one. */
  readonly before: readonly Journaled[];
  readonly #journal: FileHandle;
  readonly #log: FileHandle;
  readonly #onJournal: OnJournal | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    dir: string,
    files: { readonly journal: FileHandle; readonly log: FileHandle },
    before: readonly Journaled[],
    onJournal: OnJournal | undefined,
  ) {
    this.id = dir.split('/').at(-1)!;
    this.dir = dir;
    this.before = before;
    this.startedAt = before[0]?.at ?? new Date().toISOString();
    this.#journal = files.journal;
    this.#log = files.log;
    this.#onJournal = onJournal;
  }

  /** Makes the folder of a new run below the state directory, readable by its owner alone. */
  static async create(stateDir: string, onJournal?: OnJournal): Promise<RunDirectory> {
    const id = `${new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z-${randomUUID().slice(0, 8)}`;
    const dir = join(stateDir, 'runs', id);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return RunDirectory.#open(dir, [], onJournal);
  }

  /**
   * Opens a run again that was stopped, died or waits: a line of the journal that a crash cut off is removed, and
   * so is what asked it to stop.
   *
   * @throws CutoverError `run-unknown` where there is no journal
   */
  static async reopen(dir: string, onJournal?: OnJournal): Promise<RunDirectory> {
    const path = join(dir, 'journal.jsonl');
    const text = await readFile(path, 'utf8').catch(() => '');
    const { entries, wholeBytes } = parseJournal(text);
    if (entries[0]?.type !== 'run-started')
      throw new CutoverError('run-unknown', `${dir} holds no run that could be gone on with`, {
        next: 'start a new one with `cutover run`; nothing was done in this one',
        exitCode: exitCodes.usage,
      });
    if (wholeBytes < Buffer.byteLength(text)) await truncate(path, wholeBytes);
    for (const flag of [flags.abort, flags.panic]) await rm(join(dir, flag), { force: true });
    return RunDirectory.#open(dir, entries, onJournal);
  }

  static async #open(
    dir: string,
    before: readonly Journaled[],
    onJournal: OnJournal | undefined,
  ): Promise<RunDirectory> {
    await writeFile(join(dir, 'run.pid'), await workerLines());
    const journal = await open(join(dir, 'journal.jsonl'), 'a', 0o600);
    const log = await open(join(dir, 'run.log'), 'a', 0o600);
    // The journal's name must last as its lines do.
    const folder = await open(dir);
    await folder.sync();
    await folder.close();
    return new RunDirectory(dir, { journal, log }, before, onJournal);
  }

  async journal(entry: JournalEntry): Promise<void> {
    this.#onJournal?.('before', entry);
    const at = entry.type === 'run-started' ? this.startedAt : new Date().toISOString();
    await this.#journal.appendFile(`${JSON.stringify({ at, ...entry })}\n`);
    await this.#journal.sync();
    this.#onJournal?.('after', entry);
  }

  async log(line: string): Promise<void> {
    await this.#log.appendFile(`${new Date().toISOString()} ${line}\n`);
  }

  status(status: Omit<Status, 'runId' | 'startedAt' | 'updatedAt'>): Promise<void> {
    const full: Status = {
      runId: this.id,
      ...status,
      startedAt: this.startedAt,
      updatedAt: new Date().toISOString(),
    };
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write('status.json', json(full)));
    return this.#writing;
  }

  async report(report: Report): Promise<void> {
    await this.#write('report.json', json(report));
    await this.#write('report.md', reportAsMarkdown(report));
    await this.#write('report.html', reportAsHtml(report));
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#journal.close();
    await this.#log.close();
  }

  /** Whole or not at all, also where the machine stops. */
  async #write(name: string, text: string): Promise<void> {
    const path = join(this.dir, name);
    const handle = await open(`${path}.writing`, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.writing`, path);
  }
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
