import { cp } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { git, openPrivateStore, openPublicStore, type PrivateStore, type PublicStore } from '@cutover/stores';
import type { RunContext } from './context.ts';

/** Opens the rehearsal's own stores: empty, or copies of the ones it was given, which are never changed. */
export async function openStores(
  context: RunContext,
): Promise<{ publicStore: PublicStore; privateStore: PrivateStore }> {
  const { basePublicDir, basePrivateDir } = context.options;
  if (basePublicDir !== undefined) {
    const base = await openPublicStore(basePublicDir);
    await git('.', ['clone', '--quiet', '--bare', '--no-hardlinks', resolve(base.dir), context.publicDir]);
  }
  if (basePrivateDir !== undefined) {
    await openPrivateStore(pathToFileURL(basePrivateDir).href);
    await cp(basePrivateDir, context.privateDir, {
      recursive: true,
      filter: (path) => !path.endsWith('.lock'),
    });
  }
  return {
    publicStore: await openPublicStore(context.publicDir, { create: true }),
    privateStore: await openPrivateStore(pathToFileURL(context.privateDir).href, { create: true }),
  };
}
