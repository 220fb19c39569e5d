import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { comparePaths, type Entry, entryLine, parseEntry, shown } from '../tree/entry.ts';
import { comparable } from '../tree/comparable.ts';
import { blockBytes, hashFile } from '../tree/hash-file.ts';
import { ManifestWriter, readManifest } from '../tree/manifest.ts';
import { absolute, rootOf, scanTree } from '../tree/scan.ts';
import { applyMetadata, keepsOwners, microseconds } from '../tree/write.ts';
import type { Verified } from '../wire/messages.ts';
import { Checksums } from './checksums.ts';
import type { Staging } from './staging.ts';

const shownDifferences = 20;
/** Names that are asked for again after a verification that failed; beyond these, everything is. */
const rememberedDifferences = 10_000;

/**
 * Holds every name of the source, read anew there, against what lies on this disk, read anew here: names, kinds,
 * modes, times, links, owners where they can be kept, and the digest of every file. Shares nothing with the
 * manifest of the passes.
 */
export class ReceiveVerify {
  readonly #staging: Staging;
  readonly #root: Buffer;
  readonly #mine: Generator<Entry, void>;
  readonly #digest = createHash('sha256');
  readonly #buffer = Buffer.allocUnsafeSlow(blockBytes);
  readonly #sums: Checksums;
  readonly #different = new Set<string>();
  readonly #shown: { what: string; path: string }[] = [];
  #next: Entry | undefined;
  #entries = 0;
  #bytes = 0;
  #differences = 0;

  private constructor(staging: Staging) {
    this.#staging = staging;
    this.#root = rootOf(staging.tree);
    this.#mine = scanTree(staging.tree);
    this.#sums = new Checksums(staging.checksums);
    this.#step();
  }

  static async begin(staging: Staging): Promise<ReceiveVerify> {
    await sealFolders(staging);
    return new ReceiveVerify(staging);
  }

  async entries(payload: Buffer): Promise<void> {
    for (const line of payload.toString('utf8').split('\n')) await this.#compare(parseEntry(line));
  }

  /** The connection ended: nothing is known of the tree. */
  interrupt(): void {
    this.#sums.close();
  }

  async finish(): Promise<Verified> {
    for (; this.#next !== undefined; this.#step()) this.#differs('is not at the source', this.#next.path);
    const digest = this.#digest.digest('hex');
    this.#sums.close();
    if (this.#differences > 0) await this.#forget();
    return {
      type: 'verified',
      entries: this.#entries,
      bytes: this.#bytes,
      differences: this.#differences,
      shown: this.#shown,
      digest,
    };
  }

  async #compare(theirs: Entry): Promise<void> {
    for (; this.#next !== undefined && comparePaths(this.#next.path, theirs.path) < 0; this.#step())
      this.#differs('is not at the source', this.#next.path);
    const mine = this.#next;
    if (mine === undefined || mine.path !== theirs.path) return this.#differs('is missing', theirs.path);
    this.#step();
    this.#entries++;
    this.#bytes += mine.sizeBytes;
    const sha256 = mine.type === 'f' ? await hashFile(absolute(this.#root, mine.path), this.#buffer) : null;
    if (sha256 !== null) this.#sums.add(mine.path, sha256);
    const what = differenceOf(theirs, mine, sha256);
    if (what !== undefined) this.#differs(what, theirs.path);
    this.#digest.update(entryLine(comparable({ ...mine, digest: sha256, uid: theirs.uid, gid: theirs.gid })));
  }

  #step(): void {
    const { value, done } = this.#mine.next();
    this.#next = done === true ? undefined : value;
  }

  #differs(what: string, path: string): void {
    this.#differences++;
    if (this.#shown.length < shownDifferences) this.#shown.push({ what, path: shown(path) });
    if (this.#different.size <= rememberedDifferences) this.#different.add(path);
  }

  /** What differs is not known to be whole any more: the next pass asks for it. */
  async #forget(): Promise<void> {
    const { manifest } = this.#staging;
    const writer = new ManifestWriter(`${manifest}.merging`);
    const all = this.#different.size > rememberedDifferences;
    for await (const entry of readManifest(manifest))
      writer.add(all || this.#different.has(entry.path) ? { ...entry, digest: null } : entry);
    writer.close();
    renameSync(`${manifest}.merging`, manifest);
  }
}

function differenceOf(theirs: Entry, mine: Entry, sha256: string | null): string | undefined {
  if (theirs.type !== mine.type) return 'is of another kind';
  if (theirs.link !== mine.link) return 'leads elsewhere';
  if (theirs.digest !== sha256) return 'has other content';
  if (theirs.type !== 'l' && theirs.mode !== mine.mode) return 'has another mode';
  if (microseconds(theirs.mtimeNs) !== microseconds(mine.mtimeNs)) return 'has another time';
  if (keepsOwners() && (theirs.uid !== mine.uid || theirs.gid !== mine.gid)) return 'has another owner';
  return undefined;
}

/** Modes and times of folders, children first: writing into them is over. */
async function sealFolders(staging: Staging): Promise<void> {
  const root = rootOf(staging.tree);
  const open: Entry[] = [];
  const seal = (entry: Entry): void => applyMetadata(absolute(root, entry.path), entry);
  for await (const entry of readManifest(staging.manifest)) {
    while (open.length > 0 && !entry.path.startsWith(`${open.at(-1)!.path}/`)) seal(open.pop()!);
    if (entry.type === 'd') open.push(entry);
  }
  while (open.length > 0) seal(open.pop()!);
}
