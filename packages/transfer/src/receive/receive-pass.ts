import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  type Stats,
  symlinkSync,
} from 'node:fs';
import { CutoverError } from '@cutover/core';
import { assertInside, bytesOf, comparePaths, type Entry, parseEntry, shown } from '../tree/entry.ts';
import { ManifestCursor, ManifestWriter, readManifest } from '../tree/manifest.ts';
import { removeTree } from '../tree/remove.ts';
import { absolute, isGone, rootOf } from '../tree/scan.ts';
import { applyMetadata } from '../tree/write.ts';
import type { FileEnd } from '../wire/file-frames.ts';
import type { Passed, Wants } from '../wire/messages.ts';
import { findPartial, IncomingFile } from './incoming-file.ts';
import type { Limits } from './limits.ts';
import { roomOf, type Staging } from './staging.ts';

/** What is to be done with a name, in the order of the walk. */
type Step =
  | { readonly do: 'remove'; readonly path: string }
  | { readonly do: 'make'; readonly entry: Entry; readonly old: Entry | undefined }
  | { readonly do: 'keep'; readonly entry: Entry; readonly old: Entry }
  | { readonly do: 'receive'; readonly entry: Entry; readonly old: Entry | undefined };

/**
 * One pass: the entries of the source are held against the manifest of the last pass, what differs is asked for,
 * and the tree is made the same, strictly in the order of the walk. A name counts as whole once it is in
 * `manifest.new`; what a crash leaves is told by `Staging`.
 *
 * Every name's folder must have come before it, as a folder: no link is ever followed.
 */
export class ReceivePass {
  readonly #staging: Staging;
  readonly #limits: Limits;
  readonly #root: Buffer;
  readonly #old: ManifestCursor;
  readonly #new: ManifestWriter;
  readonly #steps: Step[] = [];
  readonly #folders: string[] = [];
  #last: string | undefined;
  #incoming: IncomingFile | undefined;
  #checking: string | undefined;
  readonly #counts = {
    files: 0,
    entries: 0,
    receivedFiles: 0,
    receivedBytes: 0,
    removed: 0,
    corrupt: 0,
    unsettled: 0,
  };
  #room = 0;

  constructor(staging: Staging, limits: Limits) {
    this.#staging = staging;
    this.#limits = limits;
    this.#root = rootOf(staging.tree);
    this.#old = new ManifestCursor(readManifest(staging.manifest));
    this.#new = new ManifestWriter(staging.unfinished);
  }

  /**
   * Takes note of a batch of entries; answers which of them are wanted. Where the sender cannot be asked it says itself
   * which it brings: `brought`.
   */
  async entries(payload: Buffer, brought?: Wants): Promise<Wants> {
    const wants: Wants = [];
    const bringing = brought === undefined ? undefined : new Set(brought.map(([index]) => index));
    for (const [index, line] of payload.toString('utf8').split('\n').entries()) {
      const entry = parseEntry(line);
      this.#assertPlace(entry);
      this.#limits.take(entry.sizeBytes, 1);
      const old = await this.#oldOf(entry.path);
      this.#enter(entry);
      if (entry.type !== 'f') {
        this.#steps.push({ do: 'make', entry, old });
        continue;
      }
      const known = old?.type === 'f' && old.digest !== null && this.#isStaged(old) ? old : undefined;
      if (known !== undefined && bringing?.has(index) !== true && isSame(entry, known)) {
        this.#steps.push({ do: 'keep', entry, old: known });
        continue;
      }
      if (bringing?.has(index) === false) throw gap(entry);
      this.#steps.push({ do: 'receive', entry, old });
      if (bringing !== undefined) continue;
      // Only its inode was touched (mode, owner, name): the digest alone can tell, and no byte need come.
      const touched =
        known !== undefined &&
        known.mtimeNs === entry.mtimeNs &&
        known.sizeBytes === entry.sizeBytes &&
        entry.sizeBytes > 0;
      const partial = touched
        ? { offset: entry.sizeBytes, digest: known.digest! }
        : await findPartial(this.#staging.partial, entry);
      wants.push(partial === undefined ? [index] : [index, partial.offset, partial.digest]);
    }
    this.#advance();
    return wants;
  }

  /** A promise comes back where what is there of the file must be read first. */
  begin(offset: number): Promise<void> | undefined {
    const step = this.#steps[0];
    if (step?.do !== 'receive' || this.#incoming !== undefined || this.#checking !== undefined)
      throw unexpected('content that was not asked for');
    const { entry, old } = step;
    if (
      offset > 0 &&
      old?.type === 'f' &&
      old.digest !== null &&
      offset === entry.sizeBytes &&
      old.mtimeNs === entry.mtimeNs
    ) {
      this.#checking = old.digest;
      return undefined;
    }
    const at = absolute(this.#root, entry.path);
    this.#incoming = new IncomingFile(entry, at, this.#staging.partial, offset);
    return offset === 0 ? undefined : this.#incoming.goOn(offset);
  }

  data(bytes: Buffer): void {
    if (this.#incoming === undefined) throw unexpected('content of no file');
    this.#incoming.data(bytes);
    this.#counts.receivedBytes += bytes.length;
  }

  hole(payload: Buffer): void {
    if (this.#incoming === undefined) throw unexpected('content of no file');
    const length = Number(payload.readBigUInt64BE());
    if (!Number.isSafeInteger(length)) throw unexpected('a hole without end');
    this.#incoming.hole(length);
  }

  end({ digest, state }: FileEnd): void {
    const step = this.#steps.shift();
    if (step?.do !== 'receive') throw unexpected('an end of no file');
    const incoming = this.#incoming;
    this.#incoming = undefined;
    const checking = this.#checking;
    this.#checking = undefined;
    if (state !== 'whole') this.#counts.unsettled++;
    const { entry } = step;
    if (state === 'gone' || digest === null) {
      incoming?.drop();
      removeTree(absolute(this.#root, entry.path));
    } else if (
      checking === undefined ? incoming?.end(digest, state === 'whole') === true : checking === digest
    ) {
      if (checking !== undefined) applyMetadata(absolute(this.#root, entry.path), entry);
      else this.#counts.receivedFiles++;
      // What changed while it was read is asked for again, whatever its times say.
      const settled =
        state === 'whole' ? entry : { ...entry, ctimeNs: '0', sizeBytes: incoming?.size ?? entry.sizeBytes };
      this.#add({ ...settled, digest });
    } else {
      this.#counts.corrupt++;
      removeTree(absolute(this.#root, entry.path));
    }
    this.#advance();
  }

  /** Ends the pass: what the source no longer has is gone, and the manifest is that of this pass. */
  async finish(): Promise<Passed> {
    if (this.#steps.length > 0) throw unexpected('the end of a pass with files outstanding');
    await this.#oldOf(undefined);
    this.#advance();
    this.#new.close();
    await this.#old.close();
    renameSync(this.#staging.unfinished, this.#staging.manifest);
    this.#staging.counted = { bytes: this.#room, names: this.#counts.entries };
    return { type: 'passed', ...this.#counts };
  }

  /** The connection ended: what is whole and what has come of a large file stays. */
  async interrupt(): Promise<void> {
    this.#incoming?.keep();
    this.#incoming = undefined;
    this.#new.close();
    await this.#old.close();
  }

  /** Throws where a name does not come in order, or not in a folder that came before it. */
  #assertPlace({ path, type, link }: Entry): void {
    if (this.#last !== undefined && comparePaths(this.#last, path) >= 0)
      throw unexpected(`${shown(path)} out of its order`);
    const folder = folderOf(path);
    if (folder !== '' && !this.#isFolder(folder)) throw unexpected(`${shown(path)} in what is no folder`);
    if (type === 'h' && comparePaths(link, path) >= 0)
      throw unexpected(`${shown(path)} as a further name of what has not come`);
  }

  #isFolder(path: string): boolean {
    return this.#folders.includes(path);
  }

  #enter(entry: Entry): void {
    const folder = folderOf(entry.path);
    while (this.#folders.length > 0 && this.#folders.at(-1) !== folder) this.#folders.pop();
    if (entry.type === 'd') this.#folders.push(entry.path);
    this.#last = entry.path;
  }

  /** The entry of the last pass under this name. What that pass had before it is to be removed; all, at the end. */
  async #oldOf(path: string | undefined): Promise<Entry | undefined> {
    for (let old = await this.#old.peek(); old !== undefined; old = await this.#old.peek()) {
      const order = path === undefined ? -1 : comparePaths(old.path, path);
      if (order > 0) return undefined;
      await this.#old.skip();
      if (order === 0) return old;
      // Where its folder is none any more it went with that, and its name may lead elsewhere.
      const folder = folderOf(old.path);
      if (folder === '' || this.#isFolder(folder)) this.#steps.push({ do: 'remove', path: old.path });
    }
    return undefined;
  }

  /** Carries out what is next, up to a file whose content has not come. */
  #advance(): void {
    let done = 0;
    for (const step of this.#steps) {
      if (step.do === 'receive') break;
      this.#carryOut(step);
      done++;
    }
    this.#steps.splice(0, done);
  }

  #carryOut(step: Exclude<Step, { do: 'receive' }>): void {
    if (step.do === 'remove') {
      removeTree(absolute(this.#root, step.path));
      this.#counts.removed++;
      return;
    }
    const { entry, old } = step;
    const at = absolute(this.#root, entry.path);
    if (step.do === 'keep') {
      if (entry.mode !== step.old.mode || entry.uid !== step.old.uid || entry.gid !== step.old.gid)
        applyMetadata(at, entry);
      this.#add({ ...entry, digest: step.old.digest });
      return;
    }
    if (entry.type === 'd') makeFolder(at, old);
    else if (entry.type === 'l') makeLink(at, entry);
    else this.#makeName(at, entry);
    this.#add(entry);
  }

  #makeName(at: Buffer, entry: Entry): void {
    assertInside(entry.link);
    const parts = entry.link.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = statOf(absolute(this.#root, parts.slice(0, depth).join('/')));
      if (folder?.isDirectory() !== true)
        throw unexpected(`${shown(entry.path)} as a name of what is elsewhere`);
    }
    const first = absolute(this.#root, entry.link);
    const [is, wanted] = [statOf(at), statOf(first)];
    // The first name was not taken over in this pass: the next one makes both.
    if (wanted?.isFile() !== true) {
      this.#counts.unsettled++;
      return;
    }
    if (is?.isFile() === true && is.ino === wanted.ino) return;
    removeTree(at);
    linkSync(first, at);
  }

  #isStaged(old: Entry): boolean {
    const stat = statOf(absolute(this.#root, old.path));
    return stat?.isFile() === true && stat.size === old.sizeBytes;
  }

  #add(entry: Entry): void {
    this.#new.add(entry);
    this.#counts.entries++;
    this.#room += roomOf(entry);
    if (entry.type === 'f') this.#counts.files++;
  }
}

/** Nothing about its content can have changed. */
function isSame(entry: Entry, old: Entry): boolean {
  return entry.sizeBytes === old.sizeBytes && entry.mtimeNs === old.mtimeNs && entry.ctimeNs === old.ctimeNs;
}

/** Its mode and time come at the end: until then it must be open to us. */
function makeFolder(at: Buffer, old: Entry | undefined): void {
  const stat = old === undefined ? undefined : statOf(at);
  if (stat?.isDirectory() === true) {
    if ((stat.mode & 0o700) !== 0o700) chmodSync(at, 0o700);
    return;
  }
  removeTree(at);
  mkdirSync(at, 0o700);
}

function makeLink(at: Buffer, entry: Entry): void {
  const is = statOf(at);
  const same = is?.isSymbolicLink() === true && readlinkSync(at, { encoding: 'latin1' }) === entry.link;
  if (!same) {
    if (is !== undefined) removeTree(at);
    symlinkSync(bytesOf(entry.link), at);
  }
  applyMetadata(at, entry);
}

function statOf(at: Buffer): Stats | undefined {
  try {
    return lstatSync(at);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const folderOf = (path: string): string => {
  const at = path.lastIndexOf('/');
  return at < 0 ? '' : path.slice(0, at);
};

function gap({ path }: Entry): CutoverError {
  return new CutoverError(
    'stream-gap',
    `${shown(path)} is neither here nor in the stream files: something else was at what had been received`,
    {
      next: 'remove what has come with `cutover transfer cancel --discard` where the move was started, and send again',
      data: { path: shown(path) },
    },
  );
}

export function unexpected(what: string): CutoverError {
  return new CutoverError('protocol', `the sender sends ${what}`, {
    next: 'run the same version of cutover on both hosts; if it is, do not trust what is sending',
  });
}
