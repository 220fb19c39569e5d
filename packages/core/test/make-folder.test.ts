import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../src/index.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'make-folder-'))));
afterEach(() => rmSync(dir, { recursive: true }));

describe('makeFolder', () => {
  it('makes a folder and those above it, with the mode, by several at once and again', async () => {
    const path = join(dir, 'a/b/c');
    await Promise.all([1, 2, 3].map(() => makeFolder(path, { mode: 0o700 })));
    await makeFolder(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'a')).mode & 0o777).toBe(0o700);
  });

  it('says why there can be none', async () => {
    writeFileSync(join(dir, 'file'), '');
    await expect(makeFolder(join(dir, 'file/a/b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it.skipIf(process.platform !== 'linux')('does not try for ever where nothing can be made', async () => {
    await expect(makeFolder('/proc/cutover/a')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
