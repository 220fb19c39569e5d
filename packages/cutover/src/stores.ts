import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  copyPrivateStore,
  type Enforcement,
  git,
  openPrivateStore,
  openPublicStore,
  type PrivateStore,
  type PublicStore,
} from '@cutover/stores';
import type { RunContext } from './context.ts';

/**
 * Opens the rehearsal's own stores: empty, or copies of the ones it was given, which are never changed. `enforcement`
 * is what the place of the private store keeps writers apart with: of the given one, which is the one that will be
 * written. Throws CutoverError `private-store-unconditional` where that is nothing.
 */
export async function openStores(
  context: RunContext,
): Promise<{ publicStore: PublicStore; privateStore: PrivateStore; enforcement: Enforcement }> {
  const { basePublicDir, basePrivateUrl } = context.options;
  if (basePublicDir !== undefined) {
    const base = await openPublicStore(basePublicDir);
    await git('.', ['clone', '--quiet', '--bare', '--no-hardlinks', resolve(base.dir), context.publicDir]);
  }
  let enforcement: Enforcement | undefined;
  if (basePrivateUrl !== undefined) {
    enforcement = await copyPrivateStore(basePrivateUrl, context.privateDir);
  }
  const privateStore = await openPrivateStore(pathToFileURL(context.privateDir).href, { create: true });
  return {
    publicStore: await openPublicStore(context.publicDir, { create: true }),
    privateStore,
    enforcement: enforcement ?? (await privateStore.describe()),
  };
}
