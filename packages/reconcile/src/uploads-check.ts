import { createHash } from 'node:crypto';
import { type Check, CutoverError } from '@cutover/core';
import { fileInTree, type FilePlace, filePlaceOf, type StoredRecord } from '@cutover/records';
import { CatFile, type GitObject } from '@cutover/stores';
import { CheckFindings } from './findings.ts';
import type { Reconciling } from './reconcile.ts';

type UploadsInput = Pick<Reconciling, 'publicStore' | 'privateStore' | 'treeish' | 'commands'>;

interface Upload {
  /** Path of the record. */
  readonly record: string;
  readonly place: FilePlace;
  /** Where the file is in the tree; undefined: in the bucket, or where no file of that sheet may be. */
  readonly path: string | undefined;
}

/** Files that are asked for at a time: those in git are of at most 1 MiB by default. */
const atOnce = 16;

/**
 * Holds what records say of their files against the files: those in git by their bytes, those in the public bucket,
 * whose names say what they are, by their sizes. Memory: the files of one batch of records.
 */
export class UploadsCheck {
  readonly #input: UploadsInput;
  #cat: CatFile | undefined;
  readonly #findings = new CheckFindings(
    'uploads',
    'Every file of a record is there and is what the record says',
  );
  readonly #places = { repository: 0, bucket: 0 };
  #waiting: Upload[] = [];

  constructor(input: UploadsInput) {
    this.#input = input;
  }

  see(sheet: string, record: string, fields: StoredRecord): void {
    const place = filePlaceOf(fields);
    if (place === undefined) return;
    this.#findings.looked++;
    this.#places[place.where]++;
    this.#waiting.push({ record, place, path: fileInTree(sheet, fields) });
  }

  /** Looks at the files of what was seen since. */
  async look(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < waiting.length; from += atOnce)
      await Promise.all(waiting.slice(from, from + atOnce).map((upload) => this.#lookAt(upload)));
  }

  /** None where no record has a file. */
  conclude(): Check[] {
    return this.#findings.looked === 0 ? [] : [this.#findings.conclude(this.#places)];
  }

  async close(): Promise<void> {
    await this.#cat?.close();
  }

  async #lookAt(upload: Upload): Promise<void> {
    const fault = upload.place.where === 'bucket' ? await this.#inBucket(upload) : await this.#inTree(upload);
    if (fault === undefined) return;
    const { commands } = this.#input;
    this.#findings.add({
      code: fault,
      message: `${upload.record}: its file ${upload.place.at} ${fault === 'upload-missing' ? 'is not there' : 'is another one than it says'}`,
      subject: upload.record,
      next: `put the file back, from an earlier commit or by an import; where it is lost, the record can go: ${commands.record('remove', upload.record)}`,
    });
  }

  async #inTree({ path, place }: Upload): Promise<'upload-missing' | 'upload-differs' | undefined> {
    if (path === undefined) return 'upload-missing';
    this.#cat ??= new CatFile(this.#input.publicStore.dir);
    let file: GitObject;
    try {
      file = await this.#cat.read(`${this.#input.treeish}:${path}`);
    } catch {
      return 'upload-missing';
    }
    const is = file.content.length === place.sizeBytes && sha256(file.content) === place.sha256;
    return is ? undefined : 'upload-differs';
  }

  async #inBucket({ place }: Upload): Promise<'upload-missing' | 'upload-differs' | undefined> {
    const object = await this.#input.privateStore.publicObject(place.at).catch((error: unknown) => {
      if (error instanceof CutoverError && error.code === 'public-name-invalid') return undefined;
      throw error;
    });
    if (object === undefined) return 'upload-missing';
    return object.sizeBytes === place.sizeBytes ? undefined : 'upload-differs';
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
