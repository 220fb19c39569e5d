import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `npm run bench -- <name> [options]` runs `bench/run.ts` of the package of that name. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const aliases: Readonly<Record<string, string>> = { import: 'importer' };

const [name = '', ...rest] = process.argv.slice(2);
const script = ['packages', 'apps']
  .map((folder) => `${root}${folder}/${aliases[name] ?? name}/bench/run.ts`)
  .find((path) => existsSync(path));
if (name === '' || script === undefined) {
  process.stderr.write(
    `there is no benchmark ${name}: name a package with a bench/run.ts, e.g. mysqldump or import\n`,
  );
  process.exit(64);
}
const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, ...rest], {
  stdio: 'inherit',
  cwd: root,
});
process.exitCode = status ?? 70;
