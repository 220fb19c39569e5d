import { build } from 'esbuild';
import { symlinkSync, existsSync } from 'node:fs';
import { join } from 'node:path';

/** Strips the types, as a published package has none: tsx itself would cost 30 MB and half a second. */
export async function bundle(dir: string): Promise<string> {
  const here = import.meta.dirname;
  await build({
    entryPoints: ['read-ours.ts', 'naive.ts', 'worker.ts', 'spin.ts'].map((name) => join(here, name)),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outdir: dir,
    outExtension: { '.js': '.mjs' },
    external: ['fzstd', 'unbzip2-stream', 'xz-decompress'],
    logLevel: 'error',
  });
  const modules = join(dir, 'node_modules');
  if (!existsSync(modules)) symlinkSync(join(here, '../../../node_modules'), modules);
  return dir;
}
