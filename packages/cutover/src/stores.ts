import { access } from 'node:fs/promises';
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
import type { Target } from '@cutover/records';
import { type RunContext, storesOf } from './context.ts';

/**
 * Opens the stores of a real run, which have to be there, or a rehearsal's own: empty, or copies of the ones it was
 * given, which are never changed. `enforcement`
 * is what the place of the private store keeps writers apart with: of the given one, which is the one that will be
 * written. Throws CutoverError `private-store-unconditional` where that is nothing.
 */
export async function openStores(
  context: RunContext,
): Promise<{ publicStore: PublicStore; privateStore: PrivateStore; enforcement: Enforcement }> {
  if (context.mode === 'real') {
    const privateStore = await openPrivateStore(context.privateUrl);
    const enforcement = await privateStore.describe();
    return { publicStore: await openPublicStore(context.publicDir, context), privateStore, enforcement };
  }
  const { basePublicDir, basePrivateUrl } = context.options;
  if (await exists(context.privateUrl)) {
    // Of an earlier process of this rehearsal.
    const privateStore = await openPrivateStore(context.privateUrl);
    const enforcement = await privateStore.describe();
    return { publicStore: await openPublicStore(context.publicDir, context), privateStore, enforcement };
  }
  if (basePublicDir !== undefined) {
    const base = await openPublicStore(basePublicDir);
    await git('.', ['clone', '--quiet', '--bare', '--no-hardlinks', resolve(base.dir), context.publicDir]);
  }
  let enforcement: Enforcement | undefined;
  if (basePrivateUrl !== undefined) {
    enforcement = await copyPrivateStore(basePrivateUrl, context.privateUrl);
  }
  const privateStore = await openPrivateStore(pathToFileURL(context.privateUrl).href, { create: true });
  return {
    publicStore: await openPublicStore(context.publicDir, { create: true, onEvent: context.onEvent }),
    privateStore,
    enforcement: enforcement ?? (await privateStore.describe()),
  };
}

/** Makes the private records what they were at a version, with the claims on values that an import brings. */
export async function restorePrivate(
  context: RunContext,
  { privateSheets }: Target,
  generation: number,
): Promise<void> {
  const { privateStore } = storesOf(context);
  await privateStore.restore({
    generation,
    sheets: [...privateSheets.map(({ name }) => name), 'claims'],
    without: new Set(),
  });
}

/** How many private records there are. */
export async function rowsOf(context: RunContext): Promise<number> {
  let rows = 0;
  for (const { name } of context.options.profile.target.privateSheets)
    for await (const _ of storesOf(context).privateStore.read(name)) rows++;
  return rows;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
