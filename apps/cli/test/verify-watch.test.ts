import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApi } from '@cutover/api';
import type { Report } from '@cutover/core';
import { laddr, sampleDump, sampleWaivers } from '@cutover/laddr';
import { editTree, openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover } from './run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let api: Awaited<ReturnType<typeof startApi>>;
const at = (name: string): string => join(scratch.dir, name);

beforeAll(async () => {
  scratch = await scratchDir();
  const stores = ['--public', at('public.git'), '--private', at('private')];
  const dump = ['--dump', fileURLToPath(sampleDump), '--waivers', fileURLToPath(sampleWaivers)];
  const imported = await cutover(['import', '--branch', 'main', ...dump, ...stores]);
  expect(imported.code).toBe(0);
  api = await startApi({
    profile: laddr,
    publicStore: await openPublicStore(at('public.git')),
    privateStore: await openPrivateStore(at('private')),
    branch: 'main',
    host: '127.0.0.1',
    port: 0,
    version: 'test',
  });
}, 60_000);
afterAll(async () => {
  await api?.close();
  await scratch.remove();
});

const signIn = (password: string): Promise<Response> =>
  fetch(`${api.url}/api/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'user', password }),
  });

/** Watches while somebody does something again and again. */
async function watchWhile(act: () => Promise<unknown>, ...args: string[]) {
  const watching = cutover([
    ...['verify', 'watch', '--json', '--target', api.url, '--for', '3s', '--every', '0.5s'],
    ...['--not-used', 'oauth', 'saml', ...args],
  ]);
  let done = false;
  void watching.finally(() => (done = true));
  while (!done) {
    await act();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { code, stdout } = await watching;
  const report = JSON.parse(stdout) as Report;
  return { code, outcomes: Object.fromEntries(report.checks.map(({ id, outcome }) => [id, outcome])) };
}

it('holds over a site that people sign in to, and fails where they cannot any more', async () => {
  writeFileSync(at('redirects.tsv'), '/people/user\t301\t/members/user\n');
  const well = await watchWhile(() => signIn('user'), '--redirects', at('redirects.tsv'));
  expect(well).toEqual({
    code: 0,
    outcomes: {
      'watch-alive': 'holds',
      'watch-ready': 'holds',
      'watch-errors': 'holds',
      'watch-sign-in': 'holds',
      'watch-redirects': 'holds',
    },
  });
  const refused = await watchWhile(() => signIn('wrong'));
  expect([refused.code, refused.outcomes['watch-sign-in']]).toEqual([1, 'fails']);
}, 60_000);

it('fails where a record that cannot be served comes in', async () => {
  const store = await openPublicStore(at('public.git'));
  const head = (await store.head('main'))!;
  const tree = await editTree(store.dir, head.commit, [{ path: 'tags/zz.toml', content: 'slug = 1\n' }]);
  await store.commit('main', { tree, message: 'bad', expected: head });
  const watched = await watchWhile(() => fetch(`${api.url}/projects`));
  expect([watched.code, watched.outcomes['watch-ready']]).toEqual([1, 'fails']);
}, 60_000);
