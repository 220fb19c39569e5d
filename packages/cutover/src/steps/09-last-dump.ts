import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { concludeCheck, CutoverError, exitCodes } from '@cutover/core';
import { dumpIn } from '@cutover/importer';
import type { Step, StepTools } from '@cutover/runs';
import { hour } from '../budgets.ts';
import type { RunContext } from '../context.ts';
import type { DumpTaken } from '../site/site.ts';
import { checkDump } from '../site/check-dump.ts';
import { kept, runHook, siteOf } from '../parts.ts';

const id = '09-last-dump';

/** Takes the last dump: by a hook that leaves its files, or over the live source, which the maintenance page never hides. */
export const lastDumpStep: Step<RunContext> = {
  id,
  title: 'Take the last dump',
  needs: ['01-preflight'],
  phase: 'T-0',
  budgetMs: 2 * hour,
  retry: { attempts: 3, pauseMs: 5000 },
  repeatable: true,
  undo: {
    kind: 'undo',
    title: 'Remove the dump that the run has taken: it holds private rows',
    run: (context) => rm(join(context.dir, 'dump'), { recursive: true, force: true }),
  },
  run: async (context, tools) => {
    const site = siteOf(context);
    const live = site?.file.source.url !== undefined && site.takeDump !== undefined;
    const byHook = context.hooks?.has('last-dump') === true && context.hooks.dry === false;
    if (!live && !byHook) return { notExercised: 'the dump was given' };
    const taken = byHook
      ? await takenByHook(context, tools)
      : await takenLive(context, tools, site!.takeDump!);
    use(context, taken);
    const sha256 = await taken.source.fingerprint();
    const last = concludeCheck({
      id: 'last-dump',
      title: 'The last dump was taken',
      looked: taken.files.length,
      expected: 'a dump',
      actual: sha256,
      evidence: { files: taken.files, by: byHook ? 'the hook last-dump' : 'the live source' },
    });
    return kept([last, ...(await checkDump(context)), ...(taken.origin?.checks({}) ?? [])], {
      files: taken.files,
      sha256,
    });
  },
  restore: async (context, was) => {
    const { files, sha256 } = was as { files: readonly string[]; sha256: string };
    const taken = await siteOf(context)!.openDump(files);
    const now = await taken.source.fingerprint().catch(() => undefined);
    if (now !== sha256)
      throw new CutoverError('dump-changed', `${files.join(', ')} is not the dump that was taken`, {
        next: 'bring the run folder here whole, or go back with cutover rollback and take it again',
        exitCode: exitCodes.stoppedByFault,
      });
    use(context, taken);
  },
};

function use(context: RunContext, { files, source, origin }: DumpTaken): void {
  context.dump = files;
  context.source = source;
  context.origin = origin;
}

async function takenByHook(context: RunContext, tools: StepTools): Promise<DumpTaken> {
  await runHook(context, tools, id, 'last-dump');
  const dir = context.hooks!.outDir('last-dump');
  const files = await dumpIn(dir);
  if (files.length > 0) return siteOf(context)!.openDump(files);
  throw new CutoverError('hook-left-no-dump', `the hook last-dump has left no dump in ${dir}`, {
    next: 'have it write its dump into the folder that CUTOVER_OUT names',
    exitCode: exitCodes.stoppedByFault,
  });
}

/** What a killed process had read half-way is read anew. */
async function takenLive(
  context: RunContext,
  tools: StepTools,
  take: (out: string, onEvent: RunContext['onEvent']) => Promise<DumpTaken>,
): Promise<DumpTaken> {
  const out = join(context.dir, 'dump', 'last.sql.gz');
  let taken: DumpTaken | undefined;
  const files = await tools.effect('dump', {
    probe: () => Promise.resolve(undefined),
    do: async () => {
      await rm(join(context.dir, 'dump'), { recursive: true, force: true });
      taken = await take(out, context.onEvent);
      return taken.files;
    },
  });
  return taken ?? siteOf(context)!.openDump(files);
}
