import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { type PrivateRecord, type Profile, recordPath, type StoredRecord, writeToml } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { pino } from 'pino';
import { Agent, type Dispatcher, request } from 'undici';
import { type ApiOptions, startApi } from '../../src/index.ts';
import { library } from './library.ts';
import { assertNothingTold, secretsIn, textsOf } from './told.ts';
import * as defaults from './records.ts';

export interface Fixture {
  readonly profile?: Profile;
  readonly sheets?: Readonly<Record<string, readonly StoredRecord[]>>;
  readonly privates?: Readonly<Record<string, readonly PrivateRecord[]>>;
  /** Files of the tree beside the records, e.g. bad ones. */
  readonly files?: Record<string, string>;
  readonly options?: Partial<ApiOptions>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  json(): any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

export interface TestApi {
  readonly url: string;
  readonly privateDir: string;
  get(path: string, headers?: Record<string, string>, method?: 'GET' | 'HEAD'): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Commits a whole new tree to the branch. */
  commit(sheets: Readonly<Record<string, readonly StoredRecord[]>>): Promise<string>;
  privateRecord(sheet: string, id: string): Promise<PrivateRecord | undefined>;
  writePrivate(sheet: string, records: readonly PrivateRecord[]): Promise<void>;
  /** Everything that was logged. */
  log(): string;
  /** Writes a line to it, as a careless handler would. */
  logLine(text: string): void;
  close(): Promise<void>;
}

export const branch = 'main';
export const json = { accept: 'application/json' };

/** The API on a real port over real stores: a bare repository and a folder of JSON lines. */
export async function startTestApi(fixture: Fixture = {}): Promise<TestApi> {
  const { dir, remove } = await scratchDir('cutover-api-');
  const privateDir = join(dir, 'private');
  await mkdir(privateDir);
  const publicStore = await openPublicStore(join(dir, 'public.git'), { create: true });
  const writePrivate = (sheet: string, records: readonly PrivateRecord[]): Promise<void> =>
    writeFile(
      join(privateDir, `${sheet}.jsonl`),
      records.map((record) => `${JSON.stringify(record)}\n`).join(''),
    );
  const commit = (sheets: Readonly<Record<string, readonly StoredRecord[]>>): Promise<string> =>
    commitTree(publicStore, fixture.profile ?? library, sheets, fixture.files ?? {});
  await commit(fixture.sheets ?? defaults.sheets);
  for (const [sheet, records] of Object.entries(fixture.privates ?? defaults.privates)) {
    await writePrivate(sheet, records);
  }
  let logged = '';
  const sink = new Writable({
    write(chunk, _encoding, done) {
      logged += String(chunk);
      done();
    },
  });
  const logger = pino({ level: 'trace' }, sink);
  const api = await startApi({
    profile: library,
    publicStore,
    privateStore: await openPrivateStore(pathToFileURL(privateDir).href),
    branch,
    version: '0.0.0-test',
    logger,
    host: '127.0.0.1',
    port: 0,
    ...(fixture.profile === undefined ? {} : { profile: fixture.profile }),
    ...fixture.options,
  }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const handled: string[] = [];
  const agent = new Agent();
  const send = async (path: string, options: Partial<Dispatcher.RequestOptions>): Promise<Answer> => {
    const answer = await request(api.url + path, { method: 'GET', dispatcher: agent, ...options });
    const text = await answer.body.text();
    for (const cookie of [answer.headers['set-cookie'] ?? []].flat())
      handled.push(/^[^=]*=([^;]*)/.exec(cookie)![1]!);
    return { status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) };
  };
  return {
    url: api.url,
    privateDir,
    get: (path, headers = {}, method = 'GET') => send(path, { method, headers }),
    post: (path, body, headers = {}) => {
      handled.push(...secretsIn(body));
      return send(path, {
        method: 'POST',
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      });
    },
    commit,
    writePrivate,
    privateRecord: async (sheet, id) => {
      const lines = (await readFile(join(privateDir, `${sheet}.jsonl`), 'utf8')).trim().split('\n');
      return lines.map((line) => JSON.parse(line) as PrivateRecord).find((record) => record.id === id);
    },
    log: () => logged,
    logLine: (text) => logger.info(text),
    close: async () => {
      await agent.close();
      await api.close();
      const stored = await textsOf(privateDir);
      await remove();
      assertNothingTold(logged, {
        privates: [stored, JSON.stringify(fixture.privates ?? {})],
        handled,
        fixture,
      });
    },
  };
}

async function commitTree(
  store: PublicStore,
  profile: Profile,
  sheets: Readonly<Record<string, readonly StoredRecord[]>>,
  files: Record<string, string>,
): Promise<string> {
  const writer = await store.writeTree();
  for (const [name, records] of Object.entries(sheets)) {
    const sheet = profile.target.sheets.find((candidate) => candidate.name === name)!;
    for (const record of records) writer.put(recordPath(name, sheet.path, record), writeToml(record));
  }
  for (const [path, content] of Object.entries(files)) writer.put(path, content);
  const tree = await writer.finish();
  const expected = await store.head(branch);
  return (await store.commit(branch, { tree, message: 'test', expected })).commit;
}
