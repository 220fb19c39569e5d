import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * As much of S3 as a private store uses, in memory, for what no real server here does: conditions on a versioned
 * bucket as AWS documents them (judged by the current version; a delete marker counts as none: 412 for
 * If-None-Match, 404 for If-Match), and a server that enforces If-None-Match alone. It takes no signatures into account.
 */
export interface StandIn {
  readonly versioned: boolean;
  readonly ifMatch: 'enforced' | 'unknown' | 'ignored';
  readonly ifNoneMatch: 'enforced' | 'ignored';
}

interface Version {
  readonly id: string;
  /** Null: a delete marker. */
  readonly bytes: Buffer | null;
  readonly at: Date;
}

export interface StandInServer {
  readonly endpoint: string;
  /** Every version of every object, oldest first; null for a delete marker. */
  readonly objects: ReadonlyMap<string, readonly Version[]>;
  /** Puts an object there as if it had been written then. */
  put(key: string, text: string, at: Date): void;
  close(): Promise<void>;
}

export async function startStandIn(kind: StandIn): Promise<StandInServer> {
  const bucket = new Bucket(kind);
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => bucket.answer(request, Buffer.concat(parts), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects: bucket.objects,
    put: (key, text, at) => bucket.put(key, Buffer.from(text), at),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Bucket {
  readonly objects = new Map<string, Version[]>();
  readonly #kind: StandIn;
  #made = 0;

  constructor(kind: StandIn) {
    this.#kind = kind;
  }

  put(key: string, bytes: Buffer | null, at: Date): string {
    const id = this.#kind.versioned ? `v${String(++this.#made).padStart(9, '0')}` : 'null';
    const before = this.#kind.versioned ? (this.objects.get(key) ?? []) : [];
    this.objects.set(key, [...before, { id, bytes, at }]);
    return id;
  }

  answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const url = new URL(request.url!, 'http://s3');
    const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
    const query = url.searchParams;
    if (key === '') return this.#ofBucket(request.method!, query, response);
    const current = this.objects.get(key)?.at(-1);
    if (request.method === 'GET' || request.method === 'HEAD') {
      return this.#get(key, query.get('versionId'), request, response);
    }
    if (request.method === 'DELETE') return this.#delete(key, query.get('versionId'), response);
    if (request.method !== 'PUT') return fail(response, 405, 'MethodNotAllowed');
    const { 'if-match': match, 'if-none-match': none } = request.headers;
    const there = current !== undefined && current.bytes !== null ? current.bytes : undefined;
    if (match !== undefined && this.#kind.ifMatch === 'unknown') return fail(response, 501, 'NotImplemented');
    if (match !== undefined && this.#kind.ifMatch === 'enforced') {
      if (there === undefined) return fail(response, 404, 'NoSuchKey');
      if (etagOf(there) !== match) return fail(response, 412, 'PreconditionFailed');
    }
    if (none !== undefined && there !== undefined && this.#kind.ifNoneMatch === 'enforced')
      return fail(response, 412, 'PreconditionFailed');
    const id = this.put(key, body, new Date());
    response.writeHead(200, { etag: etagOf(body), 'x-amz-version-id': id }).end();
  }

  #get(
    key: string,
    versionId: string | null,
    { method, headers }: IncomingMessage,
    response: ServerResponse,
  ): void {
    const versions = this.objects.get(key) ?? [];
    const found = versionId === null ? versions.at(-1) : versions.find(({ id }) => id === versionId);
    if (found === undefined || found.bytes === null) return fail(response, 404, 'NoSuchKey');
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const bytes = from === undefined ? found.bytes : found.bytes.subarray(Number(from), Number(to) + 1);
    response.writeHead(from === undefined ? 200 : 206, {
      etag: etagOf(found.bytes),
      'content-length': bytes.length,
    });
    response.end(method === 'HEAD' ? undefined : bytes);
  }

  #delete(key: string, versionId: string | null, response: ServerResponse): void {
    const versions = this.objects.get(key) ?? [];
    if (versionId !== null) {
      const rest = versions.filter(({ id }) => id !== versionId);
      if (rest.length === 0) this.objects.delete(key);
      else this.objects.set(key, rest);
    } else if (this.#kind.versioned) this.put(key, null, new Date());
    else this.objects.delete(key);
    response.writeHead(204).end();
  }

  #ofBucket(method: string, query: URLSearchParams, response: ServerResponse): void {
    if (method === 'HEAD') return void response.writeHead(200).end();
    if (query.has('versioning')) {
      const status = this.#kind.versioned ? '<Status>Enabled</Status>' : '';
      return xml(response, `<VersioningConfiguration>${status}</VersioningConfiguration>`);
    }
    if (query.has('versions')) return this.#versions(query, response);
    this.#list(query, response);
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter')];
    const after = query.get('continuation-token') ?? '';
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(prefix) && key > after && this.objects.get(key)!.at(-1)!.bytes !== null)
      .filter((key) => delimiter === null || !key.slice(prefix.length).includes(delimiter))
      .sort();
    const page = keys.slice(0, Number(query.get('max-keys') ?? 1000));
    const isTruncated = page.length < keys.length;
    const contents = page.map((key) => {
      const { bytes, at } = this.objects.get(key)!.at(-1)!;
      return `<Contents><Key>${key}</Key><Size>${bytes!.length}</Size><LastModified>${at.toISOString()}</LastModified></Contents>`;
    });
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    xml(
      response,
      `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${contents.join('')}${next}</ListBucketResult>`,
    );
  }

  #versions(query: URLSearchParams, response: ServerResponse): void {
    const prefix = query.get('prefix') ?? '';
    const all = [...this.objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([key, versions]) =>
        versions.map((version, at) => ({ key, ...version, isLatest: at === versions.length - 1 })).reverse(),
      );
    const from = all.findIndex(
      ({ key, id }) => key === query.get('key-marker') && id === query.get('version-id-marker'),
    );
    // Small pages, so that reading on is tried.
    const page = all.slice(from + 1, from + 1 + 20);
    const isTruncated = from + 1 + page.length < all.length;
    const items = page.map(({ key, id, bytes, at, isLatest }) => {
      const name = bytes === null ? 'DeleteMarker' : 'Version';
      return `<${name}><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${isLatest}</IsLatest><LastModified>${at.toISOString()}</LastModified></${name}>`;
    });
    const last = page.at(-1);
    const next = isTruncated
      ? `<NextKeyMarker>${last!.key}</NextKeyMarker><NextVersionIdMarker>${last!.id}</NextVersionIdMarker>`
      : '';
    xml(
      response,
      `<ListVersionsResult><IsTruncated>${isTruncated}</IsTruncated>${items.join('')}${next}</ListVersionsResult>`,
    );
  }
}

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

function xml(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${text}`);
}

function fail(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}
