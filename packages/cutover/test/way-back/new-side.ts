import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningApi, startApi } from '@cutover/api';
import { dumpSource, importDump, type ImportResult, readWaivers } from '@cutover/importer';
import { laddr, smallSampleDump, sampleWaivers } from '@cutover/laddr';
import { mergeImport } from '@cutover/merge';
import type { Profile } from '@cutover/records';
import { openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import type { WayBackOptions } from '../../src/index.ts';

/** Stores that a dump was imported and merged into, and the site over them. */
export interface NewSide extends WayBackOptions {
  readonly dir: string;
  readonly publicStore: PublicStore;
  readonly privateStore: PrivateStore;
  /** Imports another dump of the same system, and merges it. */
  importAgain(dump: string): Promise<ImportResult>;
  /** The site, as a real process of HTTP in this one; started when it is first asked for. */
  api(): Promise<RunningApi>;
  close(): Promise<void>;
}

export async function newSide(
  dump = fileURLToPath(smallSampleDump),
  profile: Profile = laddr,
): Promise<NewSide> {
  const { dir, remove } = await scratchDir('cutover-way-back-');
  const publicStore = await openPublicStore(join(dir, 'public.git'), { create: true });
  const privateStore = await openPrivateStore(join(dir, 'private'), { create: true });
  const importAgain = async (path: string) => {
    const result = await importDump({
      profile,
      source: dumpSource([path]),
      publicStore,
      privateStore,
      branch: 'legacy-import',
      waivers: await readWaivers(fileURLToPath(sampleWaivers)),
      workDir: dir,
      toolVersion: 'test',
    });
    const merged = await mergeImport({
      profile,
      publicStore,
      from: 'legacy-import',
      into: 'main',
      toolVersion: 'test',
    });
    if (merged.conflicts.length > 0) throw new Error('the import does not merge');
    return result;
  };
  await importAgain(dump);
  let running: RunningApi | undefined;
  return {
    dir,
    profile,
    publicStore,
    privateStore,
    branch: 'main',
    importAgain,
    api: async () =>
      (running ??= await startApi({
        profile,
        publicStore,
        privateStore,
        branch: 'main',
        writable: true,
        host: '127.0.0.1',
        port: 0,
        version: 'test',
      })),
    close: async () => {
      await running?.close();
      await remove();
    },
  };
}

/** Somebody who is signed in to the new site. */
export class Member {
  readonly #url: string;
  #cookie = '';

  private constructor(url: string) {
    this.#url = url;
  }

  static async signIn(url: string, login: string, password = login): Promise<Member> {
    const member = new Member(url);
    await member.send('POST', '/api/auth/sign-in', { login, password });
    return member;
  }

  async send(method: 'POST' | 'PATCH', path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/json', cookie: this.#cookie },
      body: JSON.stringify(body),
    });
    const set = answer.headers.getSetCookie().map((one) => one.split(';', 1)[0]!);
    if (set.length > 0) this.#cookie = set.join('; ');
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answers ${answer.status}: ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  }
}
