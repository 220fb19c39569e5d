import { createHash } from 'node:crypto';
import {
  type Profile,
  type PublicFields,
  recordPath,
  type StoredRecord,
  type Target,
  writeToml,
} from '@cutover/records';
import type { Head, PublicStore } from '@cutover/stores';

/** A schema without a library: every field a text of at most 40 letters. */
const texts = {
  safeParse(record: Record<string, unknown>) {
    const bad = Object.entries(record).find(([, value]) => typeof value !== 'string' || value.length > 40);
    return bad === undefined
      ? { success: true, data: record }
      : { success: false, error: { issues: [{ path: [bad[0]], message: 'too long', code: 'too_big' }] } };
  },
};

const anything = { safeParse: (data: unknown) => ({ success: true, data }) };

const target: Target = {
  name: 'small',
  sheets: [
    {
      name: 'people',
      schema: texts as never,
      path: [{ field: 'id', first: 2 }, { field: 'slug' }],
      references: {},
      indexes: { slug: 'exact' },
      freeText: [],
    },
    {
      name: 'notes',
      schema: texts as never,
      path: [{ field: 'slug' }],
      references: { authorId: 'people' },
      copies: { authorSlug: { reference: 'authorId', field: 'slug' } },
      joins: { begins: { reference: 'authorId', field: 'slug' } },
      indexes: { slug: 'exact' },
      freeText: [],
    },
    {
      name: 'media',
      schema: anything as never,
      path: [{ field: 'slug' }],
      references: {},
      indexes: { slug: 'exact' },
      freeText: [],
    },
  ],
  privateSheets: [],
  routes: [],
  reconcile: [],
};

export const small: Profile = {
  name: 'small',
  version: 1,
  target,
  sources: [],
  excluded: [],
  rules: {},
  urls: { resolve: () => undefined, examples: { records: {}, cases: [] } },
  secrets: [],
  mergeRules: [{ field: 'modifiedAt', take: 'greater', reason: 'the later one' }],
};

export type Person = PublicFields & { readonly id: string; readonly slug: string };
export interface Site {
  readonly people?: readonly Person[];
  readonly notes?: readonly Person[];
  readonly media?: readonly Medium[];
  /** Other files by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A record with a file, and what is in that. */
export interface Medium extends Person {
  readonly file: string;
  readonly bytes: string;
}

export function medium(slug: string, bytes: string, more: PublicFields = {}): Medium {
  return {
    id: `${slug}-id`,
    slug,
    file: `media/${slug}/original.png`,
    fileIn: 'repository',
    fileBytes: Buffer.byteLength(bytes),
    fileSha256: createHash('sha256').update(bytes).digest('hex'),
    bytes,
    ...more,
  };
}

/** Commits a site to a branch, as whoever writes there would. */
export async function commitSite(
  store: PublicStore,
  branch: string,
  site: Site,
  message = 'edit',
): Promise<Head> {
  const writer = await store.writeTree({ jobs: 1 });
  for (const sheet of target.sheets) {
    for (const record of site[sheet.name as 'people' | 'notes' | 'media'] ?? []) {
      const { bytes: _, ...fields } = record;
      writer.put(recordPath(sheet.name, sheet.path, record), writeToml(fields));
    }
  }
  const uploads = (site.media ?? []).map(({ file, bytes }) => [file, bytes] as const);
  for (const [path, content] of [...Object.entries(site.files ?? {}), ...uploads]) writer.put(path, content);
  return store.commit(branch, { tree: await writer.finish(), message, expected: await store.head(branch) });
}

/** All records of a branch by path. */
export async function readSite(store: PublicStore, branch: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { path, bytes } of store.readRecords(branch)) files[path] = bytes.toString();
  return files;
}

export const person = (n: number, more: PublicFields = {}): Person =>
  ({ id: `${String(n).padStart(2, '0')}-id`, slug: `p${n}`, name: `Name ${n}`, ...more }) as Person;

export const byId = (
  files: Record<string, string>,
  parse: (text: string) => unknown,
): Map<string, StoredRecord> =>
  new Map(
    Object.values(files).map((text) => [(parse(text) as StoredRecord).id, parse(text) as StoredRecord]),
  );
