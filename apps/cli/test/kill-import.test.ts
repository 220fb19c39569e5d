import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { git, openPrivateStore, openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cutover } from './run.ts';

const bin = fileURLToPath(new URL('../bin/cutover.js', import.meta.url));
const sample = fileURLToPath(new URL('../../../packages/laddr/sample/', import.meta.url));
let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

const importInto = (name: string): string[] => [
  ...['import', '--json', '--quiet', '--dump', join(sample, 'laddr.sql')],
  ...['--waivers', join(sample, 'waivers.toml'), '--state-dir', join(scratch.dir, `${name}-state`)],
  ...['--public', join(scratch.dir, `${name}.git`), '--private', join(scratch.dir, `${name}-private`)],
];

async function killAfter(args: readonly string[], milliseconds: number): Promise<boolean> {
  const child = spawn(process.execPath, [bin, ...args], { stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

/** A set small enough for every run: kills spread over the time that an import takes here. */
it('leaves the branch at the old commit or the new one when it is killed, and the next import succeeds', async () => {
  const started = performance.now();
  const whole = await cutover(importInto('whole'));
  const takesMs = performance.now() - started;
  expect(whole.code).toBe(0);
  const { tree } = (JSON.parse(whole.stdout) as { details: { tree: string } }).details;
  let killed = 0;
  for (const part of [0.3, 0.5, 0.65, 0.8, 0.9, 0.97]) {
    const name = `at-${part}`;
    if (await killAfter(importInto(name), takesMs * part)) killed++;
    const dir = join(scratch.dir, `${name}.git`);
    const before = await openPublicStore(dir, { create: true }).then((store) => store.head('legacy-import'));
    expect([undefined, tree]).toContain(before?.tree);
    const again = await cutover(importInto(name));
    expect([again.code, again.stderr]).toEqual([0, '']);
    const store = await openPublicStore(dir);
    expect((await store.head('legacy-import'))!.tree).toBe(tree);
    expect(await git(dir, ['fsck', '--strict', '--no-dangling'])).not.toMatch(/error|missing/);
    expect(readdirSync(join(dir, 'objects', 'pack')).filter((file) => file.startsWith('tmp_'))).toEqual([]);
    const privates = await openPrivateStore(join(scratch.dir, `${name}-private`));
    expect(await privates.listStaged()).toEqual([]);
  }
  expect(killed).toBeGreaterThan(0);
});
