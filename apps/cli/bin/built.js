import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * JavaScript that was made of the sources as they are now, which starts in a fifth of the time that their loader takes.
 * The first start after a change makes it. Nothing where that cannot be done, as in a folder that takes no files, or is
 * not wanted (`CUTOVER_SOURCES`): then the sources are loaded as they are.
 *
 * @returns {Promise<string | undefined>} URL of the module that starts the command
 */
export async function builtCommand() {
  if (process.env.CUTOVER_SOURCES) return undefined;
  try {
    const dir = join(root, 'node_modules/.cache/cutover', fingerprint());
    const command = join(dir, 'start.mjs');
    if (isWhole(dir)) noteStart(dir);
    else await (await import('./build.js')).build(root, dir);
    return pathToFileURL(command).href;
  } catch (error) {
    // Without a code it is no folder that takes no files. Where the sources are at fault their loader says it, too.
    if (!error.code)
      process.stderr.write(`started from the sources, which could not be built: ${error.message}\n`);
    return undefined;
  }
}

/**
 * Of where the sources are and of each file's size and time of change, which nothing sets back, so that no change is
 * missed; they are not read, as that would take longer than the rest of a start.
 */
function fingerprint() {
  const hash = createHash('sha256').update(root);
  /** @param {string} path */
  const add = (path) => {
    const file = statSync(path, { throwIfNoEntry: false });
    hash.update(`${path}\0${file?.size}\0${file?.ctimeMs}\n`);
  };
  add(join(root, 'package-lock.json'));
  for (const group of ['apps', 'packages']) {
    const entries = readdirSync(join(root, group), { withFileTypes: true }).filter((one) =>
      one.isDirectory(),
    );
    for (const name of entries.map((one) => one.name).sort()) {
      add(join(root, group, name, 'package.json'));
      for (const part of ['src', 'bin']) {
        const dir = join(root, group, name, part);
        for (const file of filesIn(dir)) add(join(dir, file));
      }
    }
  }
  return hash.digest('hex').slice(0, 32);
}

/** @param {string} dir */
function filesIn(dir) {
  if (!existsSync(dir)) return [];
  const names = /** @type {string[]} */ (readdirSync(dir, { recursive: true }));
  return names.filter((name) => /\.(ts|js|json)$/.test(name)).sort();
}

/** Name of the file that has the size of each other one that was made. */
export const sizesFile = 'sizes.json';

/**
 * Whether what was made is all there: a machine that lost its power may have kept names of files and not what was in them,
 * and an empty module starts nothing and ends with 0.
 *
 * @param {string} dir
 */
export function isWhole(dir) {
  try {
    const sizes = Object.entries(JSON.parse(readFileSync(join(dir, sizesFile), 'utf8')));
    return sizes.every(([name, size]) => statSync(join(dir, name)).size === size);
  } catch {
    return false;
  }
}

/**
 * When it was started last, for who removes old ones. Somebody else's cannot be noted.
 *
 * @param {string} dir
 */
function noteStart(dir) {
  try {
    utimesSync(dir, new Date(), new Date());
  } catch {
    // It is noted by those who may.
  }
}
