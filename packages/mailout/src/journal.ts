import { type FileHandle, open, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError } from '@cutover/core';
import type { Message } from './message.ts';

/**
 * What became of a person's mail:
 *   intended            nothing was sent
 *   sending             a request was begun; whether it was taken is not known until one of the next
 *   accepted(id)        Resend has it
 *   refused(reason)     Resend will not have it; nothing was sent
 *   unknown(why)        sending for so long that asking again could send twice: for a human
 * A batch that was surely not taken goes back from sending to intended.
 */
export type MailState = 'intended' | 'sending' | 'accepted' | 'refused' | 'unknown';

export interface JournalEntry {
  readonly state: MailState;
  /** Digest of the address that the mail went to, or would go to. */
  readonly address: string;
  /** Resend's id of the mail, the reason, or why nobody knows. */
  readonly detail?: string;
  /** What came of it: delivered, bounced, complained …, as Resend calls it. */
  readonly event?: string;
}

export interface OpenBatch {
  readonly batch: string;
  readonly key: string;
  readonly people: readonly string[];
  /** When the first request was begun, ISO 8601. */
  readonly at: string;
}

export type JournalLine =
  | {
      readonly type: 'campaign';
      readonly version: 1;
      readonly campaign: string;
      readonly journalId: string;
      readonly template: string;
      readonly startedAt: string;
      readonly claimUntil: string;
    }
  | { readonly type: 'intended'; readonly person: string; readonly address: string }
  | ({ readonly type: 'sending' } & OpenBatch)
  | { readonly type: 'accepted'; readonly person: string; readonly id: string; readonly at: string }
  | { readonly type: 'refused'; readonly person: string; readonly reason: string; readonly at: string }
  | { readonly type: 'unknown'; readonly person: string; readonly why: string; readonly at: string }
  | { readonly type: 'returned'; readonly batch: string; readonly why: string; readonly at: string }
  | { readonly type: 'event'; readonly person: string; readonly event: string; readonly at: string };

export type CampaignLine = Extract<JournalLine, { type: 'campaign' }>;

/** The durable record of one campaign: a line is on disk before what it announces is done. */
export class Journal {
  readonly dir: string;
  readonly campaign: CampaignLine;
  readonly #file: FileHandle | undefined;
  readonly #entries = new Map<string, JournalEntry>();
  readonly #open = new Map<string, OpenBatch>();

  private constructor(dir: string, campaign: CampaignLine, file?: FileHandle) {
    this.dir = dir;
    this.campaign = campaign;
    this.#file = file;
  }

  /** The journal as it stands, to be looked at alone; undefined where none was begun. Throws CutoverError `mailout-journal-damaged`. */
  static async look(dir: string): Promise<Journal | undefined> {
    const lines = (await linesOf(dir))?.lines ?? [];
    if (lines.length === 0) return undefined;
    const journal = new Journal(dir, lines[0] as CampaignLine);
    for (const line of lines) journal.#apply(line);
    return journal;
  }

  /** Opens the journal in a folder, or begins it with `first`. A last line that a crash cut off is removed. */
  static async open(dir: string, first: CampaignLine): Promise<Journal> {
    await mkdir(join(dir, 'payloads'), { recursive: true, mode: 0o700 });
    const there = await linesOf(dir);
    const file = await open(journalPath(dir), 'a', 0o600);
    const begun = there !== undefined && there.lines.length > 0;
    if (there !== undefined) await file.truncate(there.wholeBytes);
    const journal = new Journal(dir, begun ? (there.lines[0] as CampaignLine) : first, file);
    if (!begun) await journal.append([first]);
    for (const line of there?.lines ?? []) journal.#apply(line);
    return journal;
  }

  get entries(): ReadonlyMap<string, JournalEntry> {
    return this.#entries;
  }

  /** Batches whose answer is not known. */
  get openBatches(): readonly OpenBatch[] {
    return [...this.#open.values()];
  }

  /** Adds lines and returns when they are on disk. */
  async append(lines: readonly JournalLine[]): Promise<void> {
    if (lines.length === 0) return;
    if (this.#file === undefined) throw new TypeError('this journal is only looked at');
    await this.#file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await this.#file.sync();
    for (const line of lines) this.#apply(line);
  }

  /** Keeps the very bytes of a request, so that it can be made again as it was. */
  async keepPayload(batch: string, messages: readonly Message[]): Promise<void> {
    const file = await open(this.#payload(batch), 'w', 0o600);
    try {
      await writeFile(file, JSON.stringify(messages));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** The request of a batch; undefined where it is gone or half-written. */
  async payload(batch: string): Promise<readonly Message[] | undefined> {
    try {
      return JSON.parse(await readFile(this.#payload(batch), 'utf8')) as Message[];
    } catch {
      return undefined;
    }
  }

  /** Addresses and names are not kept longer than they are needed. */
  async dropPayload(batch: string): Promise<void> {
    await rm(this.#payload(batch), { force: true });
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  #payload(batch: string): string {
    return join(this.dir, 'payloads', `${batch}.json`);
  }

  #apply(line: JournalLine): void {
    switch (line.type) {
      case 'campaign':
        return;
      case 'intended':
        this.#entries.set(line.person, { state: 'intended', address: line.address });
        return;
      case 'sending':
        this.#open.set(line.batch, line);
        for (const person of line.people) this.#set(person, 'sending');
        return;
      case 'returned':
        for (const person of this.#open.get(line.batch)?.people ?? []) this.#set(person, 'intended');
        this.#open.delete(line.batch);
        return;
      case 'event': {
        const entry = this.#entries.get(line.person);
        if (entry !== undefined) this.#entries.set(line.person, { ...entry, event: line.event });
        return;
      }
      case 'accepted':
        return this.#conclude(line.person, 'accepted', line.id);
      case 'refused':
        return this.#conclude(line.person, 'refused', line.reason);
      case 'unknown':
        return this.#conclude(line.person, 'unknown', line.why);
    }
  }

  #set(person: string, state: MailState, detail?: string): void {
    const { address } = this.#entries.get(person) ?? { address: '' };
    this.#entries.set(person, { state, address, ...(detail === undefined ? {} : { detail }) });
  }

  #conclude(person: string, state: MailState, detail: string): void {
    this.#set(person, state, detail);
    for (const [batch, { people }] of this.#open) {
      if (people.every((one) => this.#entries.get(one)?.state !== 'sending')) this.#open.delete(batch);
    }
  }
}

const journalPath = (dir: string): string => join(dir, 'journal.jsonl');

/** Whole lines of a journal. One that is cut off at the end was never acted on; any other damage stops. */
async function linesOf(dir: string): Promise<{ lines: JournalLine[]; wholeBytes: number } | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(journalPath(dir));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const texts = bytes.subarray(0, wholeBytes).toString().split('\n').slice(0, -1);
  const lines = texts.map((text, index) => {
    try {
      return JSON.parse(text) as JournalLine;
    } catch (cause) {
      throw new CutoverError('mailout-journal-damaged', `${journalPath(dir)} line ${index + 1} is no JSON`, {
        next: 'restore the journal from a backup; without it nobody knows who was written to, so nothing is sent',
        data: { path: journalPath(dir), line: index + 1 },
        cause,
      });
    }
  });
  return { lines, wholeBytes };
}
