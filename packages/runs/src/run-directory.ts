import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Report, reportAsHtml, reportAsMarkdown } from '@cutover/core';

/** `done`: to the end, and everything held. `failed`: anything else that was not asked for. */
export type RunStatus = 'running' | 'done' | 'failed' | 'aborted';

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
}

/** A line of `journal.jsonl`: what was about to happen, and what had happened. Flushed to disk before the run goes on. */
export type JournalEntry =
  | {
      readonly type: 'run-started';
      readonly runId: string;
      readonly plan: string;
      readonly planHash: string;
      readonly mode: string;
      /** Bytes of the source, by which the timings of runs can be compared. */
      readonly inputBytes?: number;
    }
  | { readonly type: 'step-started'; readonly step: string }
  | {
      readonly type: 'step-ended';
      readonly step: string;
      readonly outcome: string;
      readonly durationMs: number;
      readonly checks: readonly { id: string; outcome: string }[];
    }
  | { readonly type: 'step-failed'; readonly step: string; readonly code: string; readonly message: string }
  | { readonly type: 'step-undone'; readonly step: string }
  | { readonly type: 'run-ended'; readonly outcome: string };

/** Files of one run: `runs/<run-id>/{status.json, journal.jsonl, run.log, report.json, report.md, report.html, run.pid}`. */
export class RunDirectory {
  readonly id: string;
  readonly dir: string;
  readonly startedAt = new Date().toISOString();
  readonly #journal: FileHandle;
  readonly #log: FileHandle;

  private constructor(id: string, dir: string, journal: FileHandle, log: FileHandle) {
    this.id = id;
    this.dir = dir;
    this.#journal = journal;
    this.#log = log;
  }

  /** Makes the folder of a new run below the state directory, readable by its owner alone. */
  static async create(stateDir: string): Promise<RunDirectory> {
    const id = `${new Date().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z-${randomUUID().slice(0, 8)}`;
    const dir = join(stateDir, 'runs', id);
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeFile(join(dir, 'run.pid'), `${process.pid}\n`);
    const journal = await open(join(dir, 'journal.jsonl'), 'a', 0o600);
    return new RunDirectory(id, dir, journal, await open(join(dir, 'run.log'), 'a', 0o600));
  }

  async journal(entry: JournalEntry): Promise<void> {
    await this.#journal.appendFile(`${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`);
    await this.#journal.sync();
  }

  async log(line: string): Promise<void> {
    await this.#log.appendFile(`${new Date().toISOString()} ${line}\n`);
  }

  async status(status: Omit<Status, 'runId' | 'startedAt' | 'updatedAt'>): Promise<void> {
    const full: Status = {
      runId: this.id,
      ...status,
      startedAt: this.startedAt,
      updatedAt: new Date().toISOString(),
    };
    const path = join(this.dir, 'status.json');
    await writeFile(`${path}.writing`, `${JSON.stringify(full, null, 2)}\n`, { mode: 0o600 });
    await rename(`${path}.writing`, path);
  }

  async report(report: Report): Promise<void> {
    await writeFile(join(this.dir, 'report.json'), `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
    await writeFile(join(this.dir, 'report.md'), reportAsMarkdown(report), { mode: 0o600 });
    await writeFile(join(this.dir, 'report.html'), reportAsHtml(report), { mode: 0o600 });
  }

  async close(): Promise<void> {
    await this.#journal.close();
    await this.#log.close();
  }
}
