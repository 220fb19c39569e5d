import { join } from 'node:path';
import { importDump, type ImportResult } from '@cutover/importer';
import type { PrivateStore, PublicStore } from '@cutover/stores';
import { type RunContext, sourceOf } from './context.ts';

/** Where the rehearsal's import leaves what the new site owes. */
export const expectationsPath = (context: RunContext): string => join(context.dir, 'expectations.jsonl');

/** Imports the rehearsal's dump into two stores; with `collect`, writes down what the rows owe the new site. */
export async function runImport(
  context: RunContext,
  stores: { readonly publicStore: PublicStore; readonly privateStore: PrivateStore },
  options: { collect: boolean },
): Promise<ImportResult> {
  const { profile, threads, branch, waivers, toolVersion, asOf, history, uploads, corrections } =
    context.options;
  return importDump({
    profile,
    source: sourceOf(context),
    branch,
    waivers,
    toolVersion,
    ...stores,
    ...(threads === undefined ? {} : { threads }),
    ...(asOf === undefined ? {} : { asOf }),
    ...(history === undefined ? {} : { history }),
    ...(uploads === undefined ? {} : { uploads: await uploads() }),
    ...(corrections === undefined ? {} : { corrections: await corrections() }),
    ...(options.collect ? { expectations: expectationsPath(context) } : {}),
    workDir: join(context.dir, 'work'),
    onEvent: context.onEvent,
  });
}
