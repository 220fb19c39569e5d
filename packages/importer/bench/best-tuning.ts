import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * `git fast-import` as fast as it can be made to go, as one measured process: `<repository> <stream of marked blobs>
 * <list of their paths> [compression]`. It gets blobs only, without deltas, and one `git mktree --batch` makes the trees of
 * what it marked, the deepest first; the answer is the root's id.
 */
const [dir, blobs, list, compression] = process.argv.slice(2) as [string, string, string, string?];
const marks = `${dir}/marks`;
const settings = compression === undefined ? [] : ['-c', `core.compression=${compression}`];
const fastImport = ['fast-import', '--quiet', '--depth=0', `--export-marks=${marks}`];
const command = ['-C', dir, ...settings, ...fastImport].map((part) => `'${part}'`).join(' ');
if (spawnSync('sh', ['-c', `git ${command} < '${blobs}'`], { stdio: 'inherit' }).status !== 0)
  process.exit(1);

const oids: string[] = [];
for (const line of readFileSync(marks, 'latin1').split('\n')) {
  const space = line.indexOf(' ');
  if (space > 0) oids[Number(line.slice(1, space))] = line.slice(space + 1);
}

/** Lines for `mktree` by folder; the root is the empty one. */
const folders = new Map<string, string[]>([['', []]]);
function linesOf(folder: string): string[] {
  let lines = folders.get(folder);
  if (lines === undefined) {
    folders.set(folder, (lines = []));
    linesOf(parentOf(folder));
  }
  return lines;
}
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const depthOf = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);

readFileSync(list, 'utf8')
  .split('\n')
  .forEach((path, index) => {
    if (path !== '') linesOf(parentOf(path)).push(`100644 blob ${oids[index + 1]}\t${nameOf(path)}`);
  });

const mktree = spawn('git', ['-C', dir, ...settings, 'mktree', '--batch'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const answers = createInterface({ input: mktree.stdout })[Symbol.asyncIterator]();
let root = '';
for (let depth = Math.max(...[...folders.keys()].map(depthOf)); depth >= 0; depth--) {
  const level = [...folders.keys()].filter((folder) => depthOf(folder) === depth);
  mktree.stdin.write(level.map((folder) => `${folders.get(folder)!.join('\n')}\n\n`).join(''));
  for (const folder of level) {
    root = String((await answers.next()).value);
    if (folder !== '') linesOf(parentOf(folder)).push(`040000 tree ${root}\t${nameOf(folder)}`);
  }
}
mktree.stdin.end();
await once(mktree, 'close');
process.stdout.write(`${root}\n`);
