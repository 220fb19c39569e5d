import { mkdtemp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * Our modules keep the address they have as sources: they find other files, and their threads, from there. But the
 * command starts itself, and not that of the sources.
 */
const addresses = (command: string): Plugin => ({
  name: 'addresses',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      loader: 'ts',
      contents: (await readFile(path, 'utf8'))
        .replace("new URL('../bin/cutover.js', import.meta.url)", JSON.stringify(pathToFileURL(command).href))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
    })),
});

/** Other people's modules are loaded as they are, from where the module that asks for them would find them. */
const others: Plugin = {
  name: 'others',
  setup: ({ onResolve, resolve }) =>
    onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (pluginData === 'found' || kind === 'entry-point' || /^(@cutover\/|node:)/.test(path))
        return undefined;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: 'found' });
      return { path: found.external ? path : pathToFileURL(found.path).href, external: true };
    }),
};

/** There is nothing left for it to do; a profile that is TypeScript needs the command of the sources. */
const noLoader: Plugin = {
  name: 'no-loader',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^tsx\/esm\/api$/ }, ({ path }) => ({ path, namespace: 'no-loader' }));
    onLoad({ filter: /./, namespace: 'no-loader' }, () => ({
      contents: 'export const register = () => {};',
    }));
  },
};

/**
 * Makes JavaScript of the command before its tests, from the sources as they are now: most of a start from the sources
 * is the loader of TypeScript, and the tests have hundreds. `run.ts` says which start the sources.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const dir = await mkdtemp(join(cache, 'command-'));
  const command = join(dir, 'cutover.mjs');
  await build({
    entryPoints: [join(root, 'bin/cutover.js')],
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: [],
    logLevel: 'warning',
    plugins: [noLoader, addresses(command), others],
  });
  process.env['CUTOVER_BUILT_COMMAND'] = command;
  return () => rm(dir, { recursive: true, force: true });
}
