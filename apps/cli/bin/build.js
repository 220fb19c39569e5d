import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as esbuild, stop } from 'esbuild';
import { isWhole, sizesFile } from './built.js';

/** What is started or loaded by itself: the command, its threads, and what a profile may import. */
const entries = {
  start: 'apps/cli/bin/start.js',
  'map-thread': 'packages/importer/src/parallel/map-thread.ts',
  'ledger-thread': 'packages/importer/src/parallel/ledger-thread.ts',
  'merge-thread': 'packages/stores/src/private/merge-thread.ts',
  'pack-worker': 'packages/stores/src/public/pack/pack-worker.ts',
  laddr: 'packages/laddr/src/index.ts',
  records: 'packages/records/src/index.ts',
  core: 'packages/core/src/index.ts',
};
const forProfiles = ['laddr', 'records', 'core'];
/** One that was not started for so long is removed when another is made: no process is taken to go on for longer. */
const keptMs = 30 * 24 * 3600_000;

/**
 * Makes JavaScript of the sources in `root` in the folder `dir`: all of it, or nothing. Other people's modules are
 * loaded from where they are.
 *
 * @param {string} root
 * @param {string} dir its address is part of what is made
 * @returns {Promise<void>}
 */
export async function build(root, dir) {
  const url = (name) => urlOf(dir, name);
  const started = new Map(Object.entries(entries).map(([name, path]) => [join(root, path), url(name)]));
  started.set(join(root, 'apps/cli/bin/cutover.js'), url('start'));
  const outputFiles = await filesOf({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: dir,
    splitting: true,
    plugins: [addresses(started, new Map([['@cutover/laddr', url('laddr')]])), others],
  });
  const made = `${dir}.${process.pid}`;
  await mkdir(made, { recursive: true });
  try {
    for (const { path, contents } of outputFiles) await writeDurably(join(made, basename(path)), contents);
    const sizes = outputFiles.map(({ path, contents }) => [basename(path), contents.length]);
    await writeDurably(join(made, sizesFile), JSON.stringify(Object.fromEntries(sizes)));
    await rename(made, dir).catch(() => mend(dir, made, [...sizes.map(([name]) => name), sizesFile]));
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  await removeOld(dirname(dir));
}

/**
 * Makes one module of a profile and all that it has of its own; what it imports from us is what `build` made in `dir`.
 *
 * @param {string} profile path of its module, in TypeScript or JavaScript
 * @param {string} dir
 * @returns {Promise<string>} URL of the module
 * @throws {Error} with the place of what is wrong with it
 */
export async function buildProfile(profile, dir) {
  const ours = new Map(forProfiles.map((name) => [`@cutover/${name}`, urlOf(dir, name)]));
  const outputFiles = await filesOf({
    entryPoints: [profile],
    outdir: dir,
    sourcemap: 'inline',
    // What was CommonJS may ask for other modules while it runs.
    banner: {
      js: `import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(${JSON.stringify(pathToFileURL(profile).href)});`,
    },
    plugins: [addresses(new Map(), ours), fixed(ours), others],
  });
  const { contents } = outputFiles[0];
  const name = `profile-${createHash('sha256').update(contents).digest('hex').slice(0, 32)}.mjs`;
  return pathToFileURL(await put(contents, dir, name)).href;
}

/**
 * @param {import('esbuild').BuildOptions} options what differs
 * @returns {Promise<import('esbuild').OutputFile[]>}
 * @throws {Error} with the place of what cannot be built
 */
async function filesOf(options) {
  try {
    const { outputFiles } = await esbuild({
      bundle: true,
      write: false,
      outExtension: { '.js': '.mjs' },
      format: 'esm',
      platform: 'node',
      target: 'node20',
      conditions: [],
      logLevel: 'silent',
      ...options,
    });
    return outputFiles;
  } catch (error) {
    const { text, location } = error.errors?.[0] ?? { text: error.message };
    const place = location ? `${location.file}:${location.line}:${location.column + 1}: ` : '';
    throw new Error(`${place}${text}`, { cause: error });
  } finally {
    await stop();
  }
}

const urlOf = (dir, name) => pathToFileURL(join(dir, `${name}.mjs`)).href;

/**
 * Our modules keep the address that they have as sources, as they find other files from there; but what they start is
 * what is made here.
 *
 * @param {Map<string, string>} started URLs of what is made, by the paths of its sources
 * @param {Map<string, string>} resolved URLs of what is made, by the names of packages
 * @returns {import('esbuild').Plugin}
 */
const addresses = (started, resolved) => ({
  name: 'addresses',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.[mc]?[tj]s$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8'))
        .replace(/new URL\(\s*'([^']+)',\s*import\.meta\.url,?\s*\)/g, (all, relative) => {
          const url = started.get(resolve(dirname(path), relative));
          return url === undefined ? all : `new URL(${JSON.stringify(url)})`;
        })
        .replace(/import\.meta\.resolve\('([^']+)'\)/g, (all, name) =>
          resolved.has(name) ? JSON.stringify(resolved.get(name)) : all,
        )
        .replace(/\bimport\.meta\.(url|filename|dirname)\b/g, (_, what) =>
          JSON.stringify({ url: pathToFileURL(path).href, filename: path, dirname: dirname(path) }[what]),
        ),
    })),
});

/**
 * @param {Map<string, string>} urls of packages, by their names
 * @returns {import('esbuild').Plugin}
 */
const fixed = (urls) => ({
  name: 'fixed',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^@cutover\// }, ({ path }) =>
      urls.has(path) ? { path: urls.get(path), external: true } : undefined,
    ),
});

/** @type {import('esbuild').Plugin} */
const others = {
  name: 'others',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^file:/ }, ({ path }) => ({ path: fileURLToPath(path) }));
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === 'found' || kind === 'entry-point' || /^(@cutover\/|node:)/.test(path))
        return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: 'found' });
      if (found.errors.length > 0) return { errors: found.errors };
      return { path: found.external ? path : pathToFileURL(found.path).href, external: true };
    });
  },
};

/** Where the folder is somebody else's, in one of our own that goes when this process ends. */
async function put(contents, dir, name) {
  const path = join(dir, name);
  if (existsSync(path) && (await stat(path)).size === contents.length) return path;
  const made = `${path}.${process.pid}`;
  try {
    await writeDurably(made, contents);
    await rename(made, path);
    return path;
  } catch {
    const own = await mkdtemp(join(tmpdir(), 'cutover-profile-'));
    process.once('exit', () => rmSync(own, { recursive: true, force: true }));
    await writeFile(join(own, name), contents);
    return join(own, name);
  }
}

/**
 * @param {string} path
 * @param {Uint8Array | string} bytes
 */
async function writeDurably(path, bytes) {
  const file = await open(path, 'w', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Puts files in place of those that are there, one after another. The folder is never removed, not even for a moment:
 * another start may have made the same just now, and be loading from it.
 *
 * @param {string} dir
 * @param {string} made
 * @param {string[]} names
 */
async function mend(dir, made, names) {
  if (isWhole(dir)) return;
  for (const name of names) await rename(join(made, name), join(dir, name));
}

/** @param {string} cache */
async function removeOld(cache) {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    // What another start was making may have its name by now.
    const mtimeMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (mtimeMs < Date.now() - keptMs) await rm(path, { recursive: true, force: true });
  }
}
