import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type PrivateDraft, rowName } from '@cutover/records';
import {
  type CrowdedDirectory,
  importedClaimsSheet,
  type NameClaim,
  sheetConfig,
  type StagedImport,
  type TreeWriter,
} from '@cutover/stores';
import { ExpectationWriter } from './expectations.ts';
import { assertAsFound, readFound } from './files/found.ts';
import type { RecordFile } from './files/uploads.ts';
import type { ImportOptions } from './import.ts';
import { keptKinds, keptName } from './kept-files.ts';
import {
  type LedgerRevisionLine,
  type LedgerTableLine,
  LinesWriter,
  ledgerLine,
  quarantineLine,
} from './ledger.ts';
import type { Fate, FateSink } from './map-pass.ts';
import type { PartPaths, ThreadBatch } from './parallel/messages.ts';
import { scratchFault } from './scratch-file.ts';

/** Everything that one mapping pass writes to. */
export class Sinks {
  readonly quarantined = new Map<string, number>();
  readonly ledgerPath: string;
  readonly #tree: TreeWriter | undefined;
  readonly #staged: StagedImport | undefined;
  readonly #nameClaim: NameClaim | undefined;
  readonly #ledger: LinesWriter;
  readonly #quarantine: LinesWriter;
  readonly #expectations: ExpectationWriter | undefined;
  readonly #quarantinePath: string;
  readonly #expectationsPath: string | undefined;
  readonly #parts: PartPaths[] = [];
  readonly #keep: () => Promise<void>;
  readonly #unkeep: () => Promise<void>;
  readonly #keepPublic: (file: RecordFile) => Promise<void>;

  private constructor(parts: {
    tree: TreeWriter | undefined;
    staged: StagedImport | undefined;
    nameClaim: NameClaim | undefined;
    ledgerPath: string;
    quarantinePath: string;
    expectations: string | undefined;
    keep: () => Promise<void>;
    unkeep: () => Promise<void>;
    keepPublic: (file: RecordFile) => Promise<void>;
  }) {
    this.#tree = parts.tree;
    this.#staged = parts.staged;
    this.#nameClaim = parts.nameClaim;
    this.ledgerPath = parts.ledgerPath;
    this.#ledger = new LinesWriter(parts.ledgerPath);
    this.#quarantine = new LinesWriter(parts.quarantinePath);
    this.#expectations =
      parts.expectations === undefined ? undefined : new ExpectationWriter(parts.expectations);
    this.#quarantinePath = parts.quarantinePath;
    this.#expectationsPath = parts.expectations;
    this.#keep = parts.keep;
    this.#unkeep = parts.unkeep;
    this.#keepPublic = parts.keepPublic;
  }

  static async open(
    options: Pick<
      ImportOptions,
      'privateStore' | 'publicStore' | 'profile' | 'branch' | 'jobs' | 'expectations'
    >,
    importId: string,
    writes: boolean,
    work: string,
  ): Promise<Sinks> {
    const name = keptName(importId);
    const { privateStore, publicStore, profile, branch } = options;
    const head = writes ? await publicStore.head(branch) : undefined;
    const sinks = new Sinks({
      tree: writes
        ? await publicStore.writeTree({
            ...(head && { base: head.tree }),
            ...(options.jobs !== undefined && { jobs: options.jobs }),
          })
        : undefined,
      staged: writes ? await privateStore.stage(importId) : undefined,
      nameClaim: writes ? await privateStore.claims.naming() : undefined,
      ledgerPath: join(work, 'ledger'),
      quarantinePath: join(work, 'quarantine'),
      expectations: options.expectations,
      keepPublic: async (file) => {
        // It is never replaced, so that of what is there nothing need be read.
        if ((await privateStore.publicObject(file.at))?.sizeBytes === file.sizeBytes) return;
        await assertAsFound(file);
        await privateStore.keepPublic(file.at, file.path);
      },
      keep: async () => {
        for (const kind of keptKinds) await privateStore.keepFile(kind, name, join(work, kind));
      },
      unkeep: async () => {
        for (const kind of keptKinds) await privateStore.removeFile(kind, name);
      },
    });
    for (const sheet of profile.target.sheets) {
      const { path, content } = sheetConfig(sheet);
      sinks.#tree?.put(path, content);
    }
    return sinks;
  }

  /** Directories of the finished tree that hold too much. */
  get crowded(): readonly CrowdedDirectory[] {
    return this.#tree?.crowded ?? [];
  }

  readonly sink: FateSink = (fate) => {
    const { records, privates } = fate;
    const waits: (void | Promise<void>)[] = [this.#ledger.write(ledgerLine(fate))];
    if (fate.outcome === 'quarantined') {
      this.quarantined.set(fate.rule!, (this.quarantined.get(fate.rule!) ?? 0) + 1);
      waits.push(this.#quarantine.write(quarantineLine(fate)));
    }
    const files: RecordFile[] = [];
    for (const { path, content, file } of records ?? []) {
      if (this.#tree?.put(path, content) === true) waits.push(this.#tree.drained());
      if (file !== undefined) files.push(file);
    }
    if (this.#staged !== undefined) {
      for (const draft of privates ?? []) waits.push(this.#stage(draft));
      const claim = this.#identityClaim(fate);
      if (claim !== undefined) waits.push(this.#stage(claim));
    }
    if (this.#expectations !== undefined) waits.push(this.#expectations.write(fate, rowName(fate.row)));
    if (files.length > 0) return Promise.all(waits).then(() => this.#writeFiles(files));
    if (waits.some((wait) => wait !== undefined)) return Promise.all(waits).then(() => undefined);
  };

  #stage(draft: PrivateDraft): void | Promise<void> {
    if (this.#staged!.put(draft)) return this.#staged!.flush();
  }

  /** Takes what another thread has made. */
  async take({ blobs, staged, files, identities }: ThreadBatch, paths: readonly string[]): Promise<void> {
    if (blobs !== undefined && this.#tree?.putBlobs(blobs, paths) === true) await this.#tree.drained();
    await this.#writeFiles(files);
    if (this.#staged === undefined) return;
    if (staged !== undefined) await this.#staged.add(staged);
    for (const [value, owner] of identities) await this.#stage(this.#claimOf(value, owner));
  }

  countQuarantined(rule: string, rows: number): void {
    this.quarantined.set(rule, (this.quarantined.get(rule) ?? 0) + rows);
  }

  /** Files for a thread's own lines: what stands in them is appended when this ends. */
  partPaths(thread: number): PartPaths {
    const paths = {
      ledger: `${this.ledgerPath}.${thread}`,
      quarantine: `${this.#quarantinePath}.${thread}`,
      ...(this.#expectationsPath === undefined
        ? {}
        : { expectations: `${this.#expectationsPath}.${thread}` }),
    };
    this.#parts.push(paths);
    return paths;
  }

  /** A table that is excluded as a whole, or an earlier state. */
  async table(line: LedgerTableLine | LedgerRevisionLine): Promise<void> {
    await this.#ledger.write(line);
  }

  /** The identifier of a person is claimed with the rows; what else is claimed follows from the rows themselves. */
  #identityClaim({ identity, records }: Fate): PrivateDraft | undefined {
    const owner = records?.[0]?.id;
    if (this.#nameClaim === undefined || typeof identity !== 'string' || identity === '') return undefined;
    if (owner === undefined) return undefined;
    return this.#claimOf(identity, owner);
  }

  #claimOf(identity: string, owner: string): PrivateDraft {
    return { sheet: importedClaimsSheet, fields: { id: this.#nameClaim!('name-id', identity), owner } };
  }

  /** Objects of the bucket are written before anything refers to them, and never replaced. */
  async #writeFiles(files: readonly RecordFile[]): Promise<void> {
    if (this.#tree === undefined) return;
    for (const file of files) {
      if (file.where === 'bucket') {
        await this.#keepPublic(file);
        continue;
      }
      if (this.#tree.put(file.at, readFound(file))) await this.#tree.drained();
    }
  }

  /** Ends the files of lines. */
  async endLines(): Promise<void> {
    await this.#ledger.close();
    await this.#quarantine.close();
    await this.#expectations?.close();
    await this.#appendParts();
  }

  /**
   * The files go into the private store, while the tree is finished, and then the staged rows become completable. Gives
   * the tree where one was written.
   */
  async finish(branch: string): Promise<string | undefined> {
    if (this.#tree === undefined) return undefined;
    const keeping = this.#keep();
    // Who waits for it below throws it; where the tree fails that is what went wrong.
    keeping.catch(() => undefined);
    try {
      const tree = await this.#tree.finish().finally(() => keeping.catch(() => undefined));
      await keeping;
      await this.#staged?.seal({ tree, branch });
      return tree;
    } catch (error) {
      // What could not be written may not be removable either: what went wrong first is what is said.
      await this.#unkeep().catch(() => undefined);
      throw error;
    }
  }

  /** The pass is made again without some rows: what was made of them must not stay. */
  async undo(): Promise<void> {
    await this.#tree?.abort();
    await this.#staged?.discard();
  }

  /** Lines that threads have written: compressed files that follow each other are one. */
  async #appendParts(): Promise<void> {
    for (const { ledger, quarantine, expectations } of this.#parts.splice(0)) {
      await appendFileTo(this.ledgerPath, ledger);
      await appendFileTo(this.#quarantinePath, quarantine);
      if (expectations !== undefined) await appendFileTo(this.#expectationsPath!, expectations);
    }
  }

  /**
   * Ends everything after a failure, which is what is to be said: what cannot be removed now is removed by the next
   * command.
   */
  async abort(): Promise<void> {
    await this.#tree?.abort().catch(() => undefined);
    await this.#staged?.discard().catch(() => undefined);
    await rm(this.ledgerPath, { force: true });
    await this.#ledger.close().catch(() => undefined);
    await this.#quarantine.close().catch(() => undefined);
    await this.#expectations?.close().catch(() => undefined);
  }
}

async function appendFileTo(path: string, part: string): Promise<void> {
  try {
    await pipeline(createReadStream(part), createWriteStream(path, { flags: 'a' }));
  } catch (cause) {
    throw scratchFault(path, cause);
  }
  await rm(part);
}
