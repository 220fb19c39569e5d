import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleDump, sampleWaivers } from '@cutover/laddr';
import { run, scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cutover, type Ran } from './run.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
const at = (name: string): string => join(scratch.dir, name);
beforeEach(async () => {
  scratch = await scratchDir('cutover-profile-');
});
afterEach(() => scratch.remove());

const waivers = ['--waivers', fileURLToPath(sampleWaivers)];
const laddr = import.meta.resolve('@cutover/laddr');

/** An import with a profile that is a file of that text. */
async function importWith(name: string, text: string, dump = fileURLToPath(sampleDump)): Promise<Ran> {
  writeFileSync(at(name), text);
  return imported(name, dump);
}

const imported = (profile: string, dump: string): Promise<Ran> =>
  cutover(
    [
      ...['import', '--json', '--quiet', '--profile', profile, '--dump', dump, ...waivers],
      ...['--public', `${profile}.git`, '--private', `${profile}.d`],
    ],
    { cwd: scratch.dir },
  );

const tree = async (profile: string): Promise<string> =>
  (await run('git', ['-C', at(`${profile}.git`), 'rev-parse', 'legacy-import^{tree}'])).stdout;

describe('a profile that is a file', () => {
  it('maps as the one that is built in does, by several threads too', async () => {
    const padding = `-- ${'x'.repeat(1020)}\n`.repeat(5 << 10);
    const dump = at('large.sql');
    writeFileSync(dump, padding + readFileSync(fileURLToPath(sampleDump), 'latin1'), 'latin1');
    expect(await imported('laddr', dump)).toMatchObject({ code: 0 });
    writeFileSync(at('part.ts'), `export { laddr as whole } from ${JSON.stringify(laddr)};\n`);
    const ran = await importWith('own.ts', "export { whole as profile } from './part.ts';\n", dump);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(await tree('own.ts')).toBe(await tree('laddr'));
    expect(ran.stdout).not.toContain('one thread');
  });

  it('finds files from where it is, in a folder of any name', async () => {
    mkdirSync(at("a 'b' $& ü#%"));
    const text = `import { readFileSync } from 'node:fs';
import { laddr } from '@cutover/laddr';
const names = [new URL('name.txt', import.meta.url), import.meta.dirname + '/name.txt'];
const [name, ...more] = [...names.map((path) => readFileSync(path, 'utf8')), import.meta.filename.split('/').at(-1)];
export const profile = { ...laddr, name, version: more.join('-') };
`;
    writeFileSync(at("a 'b' $& ü#%/name.txt"), 'other');
    const ran = await importWith("a 'b' $& ü#%/own.ts", text);
    expect(ran).toMatchObject({ code: 0 });
    const { stdout } = await run('git', ['-C', at("a 'b' $& ü#%/own.ts.git"), 'log', '-1', 'legacy-import']);
    expect(stdout).toContain('other/other-own.ts');
  });

  it('may be JavaScript, of either kind', async () => {
    expect(await importWith('own.mjs', "export { laddr } from '@cutover/laddr';\n")).toMatchObject({
      code: 0,
    });
    const text = "const { extname } = require('node:path');\nexports.profile = { name: extname('a.b') };\n";
    const ran = await importWith('own.cjs', text);
    expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining('own.cjs exports no profile')]);
  });

  it.each([
    ['is not there', undefined, 'own.ts'],
    ['cannot be read', 'export const profile = ;\n', 'own.ts:1:24: Unexpected ";"'],
    ['wants what is not there', "import './other.ts';\n", 'own.ts:1:8: Could not resolve "./other.ts"'],
    ['wants a package that is not there', "import 'no-such';\n", 'own.ts:1:8: Could not resolve "no-such"'],
    ['fails while it is loaded', "throw new TypeError('not today');\n", 'TypeError: not today'],
    ['exports none', 'export const name = 1;\n', 'own.ts exports no profile'],
  ])('and %s is refused with the reason', async (_, text, reason) => {
    const ran = await (text === undefined ? imported('own.ts', 'none.sql') : importWith('own.ts', text));
    expect([ran.code, ran.stderr]).toEqual([64, expect.stringContaining(reason)]);
    expect(ran.stderr).toContain('profile-unknown');
    expect(existsSync(at('own.ts.git'))).toBe(false);
  });

  it.each([
    ['alone', ''],
    ['in a thread', `-- ${'x'.repeat(1020)}\n`.repeat(5 << 10)],
  ])('and fails on a row %s shows where in its own lines', async (_, padding) => {
    writeFileSync(at('dump.sql'), padding + readFileSync(fileURLToPath(sampleDump), 'latin1'), 'latin1');
    const text = `import { laddr } from '@cutover/laddr';
import { isMainThread } from 'node:worker_threads';
interface Row { readonly id: number }
const [first, ...rest] = laddr.sources;
const map = (row: Row, context: object): unknown => {
  if (isMainThread === ${padding === ''}) throw new TypeError(\`no \${typeof row}\`);
  return first.map(row, context);
};
export const profile = { ...laddr, sources: [{ ...first, map }, ...rest] };
`;
    const ran = await importWith('own.ts', text, at('dump.sql'));
    expect([ran.code, ran.stderr]).toEqual([70, expect.stringMatching(/mapper-failed[\s\S]*own\.ts:6:/)]);
  });

  it('is built in a folder that goes again where there is none to keep it in', async () => {
    writeFileSync(at('own.ts'), 'export const profile = 1;\n');
    const script = `import { readFileSync } from 'node:fs';
const { buildProfile } = await import(${JSON.stringify(new URL('../bin/build.js', import.meta.url).href)});
const url = new URL(await buildProfile(${JSON.stringify(at('own.ts'))}, '/dev/null/none'));
console.log(JSON.stringify([url.pathname, readFileSync(url, 'utf8').includes('profile = 1')]));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
    const [path, isThere] = JSON.parse(stdout) as [string, boolean];
    expect(isThere).toBe(true);
    expect(existsSync(path)).toBe(false);
  });
});
