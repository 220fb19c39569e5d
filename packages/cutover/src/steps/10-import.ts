import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportResult } from '@cutover/importer';
import type { Step } from '@cutover/runs';
import { git, type Head } from '@cutover/stores';
import { minute } from '../budgets.ts';
import { importOf, type RunContext, storesOf } from '../context.ts';
import { again, kept } from '../parts.ts';
import { runImport } from '../run-import.ts';
import { restorePrivate, rowsOf } from '../stores.ts';

/** What both stores were before: the way back leads there. */
export interface Before {
  readonly head: Head | null;
  /** Where the branch of the past was, where there is to be one. */
  readonly history?: Head | null;
  readonly generation: number;
  /** Private records of the kinds that an import brings. */
  readonly rows: number;
}

const resultPath = (context: RunContext): string => join(context.dir, 'imported.json');

/** Imports the dump into both stores, every row with its outcome. */
export const importStep: Step<RunContext> = {
  id: '10-import',
  title: 'Import the dump into both stores',
  needs: ['01-preflight'],
  phase: 'T-0',
  budgetMs: 30 * minute,
  retry: { attempts: 2, pauseMs: 10_000 },
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Put the imported branch and the private records back to what they were',
    run: async (context, tools) => {
      const before = tools.effectResult('before') as Before | undefined;
      if (before === undefined || tools.effectState('import') === undefined) return;
      const { publicStore } = storesOf(context);
      const { branch, profile, history } = context.options;
      const putBack = async (name: string, was: Head | null): Promise<void> => {
        const now = await publicStore.head(name);
        if (was === null && now !== undefined) await publicStore.removeBranch(name, now);
        else if (was !== null && now?.commit !== was.commit)
          await git(publicStore.dir, ['update-ref', `refs/heads/${name}`, was.commit]);
      };
      await tools.effect('put-back', {
        probe: again,
        do: async () => {
          await putBack(branch, before.head);
          if (history !== undefined && before.history !== undefined) await putBack(history, before.history);
          await restorePrivate(context, profile.target, before.generation);
        },
      });
    },
  },
  run: async (context, tools) => {
    const { publicStore, privateStore } = storesOf(context);
    await tools.effect<Before>('before', {
      probe: again,
      do: async () => ({
        head: (await publicStore.head(context.options.branch)) ?? null,
        ...(context.options.history === undefined
          ? {}
          : { history: (await publicStore.head(context.options.history)) ?? null }),
        generation: await privateStore.generation(),
        rows: await rowsOf(context),
      }),
    });
    await tools.effect('import', {
      // Importing the same dump again is what it was the first time, and ends what a crash cut off.
      probe: again,
      do: async () => {
        context.imported = await runImport(context, { publicStore, privateStore }, { collect: true });
        await writeFile(resultPath(context), JSON.stringify(context.imported), { mode: 0o600 });
      },
    });
    context.imported ??= await readResult(context);
    return kept(importOf(context).checks, context.imported.importId);
  },
  restore: async (context) => {
    context.imported = await readResult(context);
  },
};

/** What an earlier process of this run has imported. */
async function readResult(context: RunContext): Promise<ImportResult> {
  return JSON.parse(await readFile(resultPath(context), 'utf8')) as ImportResult;
}
