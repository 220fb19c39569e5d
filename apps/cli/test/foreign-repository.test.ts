import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openPublicStore } from '@cutover/stores';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../bin/cutover.js', import.meta.url));
const sample = fileURLToPath(new URL('../../../packages/laddr/sample/', import.meta.url));
/** Root writes anywhere, so that it has to be somebody else. */
const isRoot = process.getuid?.() === 0;
const nobody = 65534;
let scratch: Awaited<ReturnType<typeof scratchDir>>;
let dir: string;

beforeEach(async () => {
  scratch = await scratchDir();
  dir = join(scratch.dir, 'public.git');
  await openPublicStore(dir, { create: true });
  chmodSync(scratch.dir, 0o777);
});
afterEach(() => scratch.remove());

function importAsSomebody() {
  return spawnSync(
    process.execPath,
    [
      ...[bin, 'import', '--quiet', '--dump', join(sample, 'laddr.sql'), '--public', dir],
      ...['--private', join(scratch.dir, 'private'), '--state-dir', join(scratch.dir, 'state')],
      ...['--waivers', join(sample, 'waivers.toml')],
    ],
    {
      encoding: 'utf8',
      cwd: scratch.dir,
      env: { PATH: process.env['PATH'], TMPDIR: scratch.dir, NO_COLOR: '1' },
      ...(isRoot ? { uid: nobody, gid: nobody } : {}),
    },
  );
}

const everyFolder = (of: string): string[] => [
  of,
  ...readdirSync(of, { withFileTypes: true, recursive: true }).map((entry) =>
    join(entry.parentPath, entry.name),
  ),
];

it.each(['.', 'refs/heads'])(
  'says that a repository cannot be written where %s is read-only, before it reads the dump',
  async (folder) => {
    if (isRoot) for (const path of everyFolder(dir)) chownSync(path, nobody, nobody);
    mkdirSync(join(dir, 'objects/pack'), { recursive: true });
    if (isRoot) chownSync(join(dir, 'objects/pack'), nobody, nobody);
    const closed = folder === '.' ? everyFolder(dir) : [join(dir, folder)];
    for (const path of closed) chmodSync(path, 0o555);
    const ran = importAsSomebody();
    for (const path of closed) chmodSync(path, 0o755);
    expect([ran.status, ran.stdout]).toEqual([7, '']);
    expect(ran.stderr).toContain(`${dir} cannot be written`);
    expect(ran.stderr).toContain('public-store-read-only');
    expect(readdirSync(join(dir, 'objects/pack'))).toEqual([]);
    expect(readdirSync(join(dir, 'refs/heads'))).toEqual([]);
  },
);

it.runIf(isRoot)('says that a repository belongs to somebody else', () => {
  const ran = importAsSomebody();
  expect([ran.status, ran.stdout]).toEqual([7, '']);
  expect(ran.stderr).toContain(`${dir} belongs to another user`);
  expect(ran.stderr).toContain('public-store-foreign');
});
