import { Readable } from 'node:stream';
import { CutoverError } from '@cutover/core';
import { type FilePlace, filePlaceOf, type Route, type StoredRecord } from '@cutover/records';
import { CatFile, type PrivateStore, type PublicObject } from '@cutover/stores';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, notFound } from './api-error.ts';

/** Kinds of files that browsers may show where they are; anything else is saved. */
const shown =
  /^(?:image\/[\w.+-]+|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf|text\/plain(?:; charset=utf-8)?)$/i;

/** Uploads were made by strangers: none may run a script, load anything, or be taken for a page of the site. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Files of records, out of git by one process that stays, or out of the public bucket as they come. */
export class RecordFiles {
  readonly #dir: string;
  readonly #store: { readonly publicObject?: PrivateStore['publicObject'] };
  #cat: CatFile | undefined;

  constructor(dir: string, store: { readonly publicObject?: PrivateStore['publicObject'] }) {
    this.#dir = dir;
    this.#store = store;
  }

  /** Bytes from `from` to `to`, both included; undefined where the file is not there. */
  async open(commit: string, place: FilePlace, from: number, to: number): Promise<Readable | undefined> {
    if (place.where === 'bucket') {
      const object = await this.#object(place.at);
      return object?.sizeBytes === place.sizeBytes ? object.stream(from, to) : undefined;
    }
    // A line break would be a second question to git.
    if (/[\n\0]/.test(place.at)) return undefined;
    const content = await this.#blob(`${commit}:${place.at}`);
    return content?.length === place.sizeBytes ? Readable.from([content.subarray(from, to + 1)]) : undefined;
  }

  async close(): Promise<void> {
    await this.#cat?.close();
  }

  async #object(name: string): Promise<PublicObject | undefined> {
    try {
      return await this.#store.publicObject?.(name);
    } catch (error) {
      if (error instanceof CutoverError && error.code === 'public-name-invalid') return undefined;
      throw error;
    }
  }

  async #blob(name: string): Promise<Buffer | undefined> {
    this.#cat ??= new CatFile(this.#dir);
    const cat = this.#cat;
    try {
      const { type, content } = await cat.read(name);
      return type === 'blob' ? content : undefined;
    } catch (error) {
      if (error instanceof CutoverError && error.code === 'object-unreadable') return undefined;
      if (this.#cat === cat) this.#cat = undefined;
      throw error;
    }
  }
}

export interface SendFileInput {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly commit: string;
  readonly record: StoredRecord;
  readonly route: Route;
  readonly files: RecordFiles;
}

/** Sends a record's file, whole or one range of it. Throws ApiError 404 or 416. */
export async function sendFile({
  request,
  reply,
  commit,
  record,
  route,
  files,
}: SendFileInput): Promise<FastifyReply> {
  const place = filePlaceOf(record);
  if (place === undefined) throw notFound();
  const etag = `"${place.sha256}"`;
  reply.header('etag', etag).header('cache-control', 'public, max-age=300').header('vary', 'accept');
  reply.header('accept-ranges', 'bytes').header('cross-origin-resource-policy', 'cross-origin');
  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag) === true)
    return reply.code(304).send();
  const range = rangeOf(request, place.sizeBytes, etag);
  const [from, to] = range ?? [0, place.sizeBytes - 1];
  const type = typeOf(record, route);
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${from}-${to}/${place.sizeBytes}`);
  reply.type(type).header('content-length', to - from + 1);
  // Browsers open some files as they open pages.
  const { 'cross-origin-resource-policy': _, ...likeAPage } = reply.server.documentHeaders;
  reply.headers(likeAPage).header('content-security-policy', policy);
  reply.header('content-disposition', shown.test(type) ? 'inline' : 'attachment');
  if (request.method === 'HEAD' || place.sizeBytes === 0) return reply.send(Readable.from([]));
  const stream = await files.open(commit, place, from, to);
  if (stream === undefined) {
    for (const name of Object.keys(reply.getHeaders()))
      if (/^(?:content-|etag|cache)/.test(name)) reply.removeHeader(name);
    request.log.error({ file: place.at }, 'the file of a record is not there');
    throw notFound();
  }
  return reply.send(stream);
}

function typeOf(record: StoredRecord, { mimeType }: Route): string {
  const said = mimeType === undefined ? undefined : record[mimeType];
  const type = typeof said === 'string' && /^[\w.+-]+\/[\w.+-]+$/.test(said) ? said.toLowerCase() : '';
  if (type === 'text/plain') return 'text/plain; charset=utf-8';
  return shown.test(type) ? type : 'application/octet-stream';
}

/** One range, where the client asks for one that can be met. Throws ApiError 416. */
function rangeOf({ headers }: FastifyRequest, sizeBytes: number, etag: string): [number, number] | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  if (headers['if-range'] !== undefined && headers['if-range'] !== etag) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  const from = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (from > to) throw new ApiError(416, 'range-outside', `The file has ${sizeBytes} bytes.`);
  return [from, to];
}
