import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildReport, type ExitCode, exitCodeOf, exitCodes, type Listener, type Report } from '@cutover/core';
import { assertStep, type Notifier, type PlanResult, RunControl, RunDirectory, runPlan } from '@cutover/runs';
import type { RehearsalOptions, RunContext } from './context.ts';
import { cutoverPlan } from './plan.ts';

export interface Rehearsal {
  readonly report: Report;
  readonly exitCode: ExitCode;
  /** Folder with the report, the journal and, unless everything held, the rehearsal's stores. */
  readonly dir: string;
  readonly stoppedBy?: PlanResult['stoppedBy'];
}

export interface RehearsalPlace {
  readonly stateDir: string;
  /** Name of the command in the report; `dry-run` by default. */
  readonly command?: string;
  readonly onEvent?: Listener;
  /** Keeps the scratch stores even where everything held. */
  readonly keep?: boolean;
  /** The last step to go through. */
  readonly until?: string;
  readonly notifier?: Notifier;
  /** What the source is called where the run is spoken of. */
  readonly sourceName?: string;
  /** Called before the first step, with what stops the run at its next safe point. */
  readonly onStart?: (started: { readonly dir: string; readonly control: RunControl }) => void;
}

/**
 * Rehearses the cutover: the whole plan on scratch stores, which are removed again where everything
 * held. Never writes to the stores, the dump or the target that it was given (a sign-in at a given
 * target replaces one legacy hash there).
 */
export async function rehearse(options: RehearsalOptions, place: RehearsalPlace): Promise<Rehearsal> {
  if (place.until !== undefined) assertStep(cutoverPlan, place.until);
  const run = await RunDirectory.create(place.stateDir);
  const control = new RunControl(run.dir);
  place.onStart?.({ dir: run.dir, control });
  const context: RunContext = {
    options,
    dir: run.dir,
    publicDir: join(run.dir, 'stores', 'public.git'),
    privateDir: join(run.dir, 'stores', 'private'),
    onEvent: () => undefined,
  };
  await mkdir(join(run.dir, 'work'), { recursive: true, mode: 0o700 });
  try {
    const result = await runPlan(cutoverPlan, {
      mode: 'rehearsal',
      context: (onEvent) => Object.assign(context, { onEvent }),
      run,
      control,
      onEvent: place.onEvent ?? (() => undefined),
      stateDir: place.stateDir,
      inputBytes: await bytesOf(options.dump),
      names: {
        ...(place.sourceName === undefined ? {} : { source: place.sourceName }),
        target: options.targetUrl ?? 'a new system booted for the rehearsal',
      },
      ...(place.until === undefined ? {} : { until: place.until }),
      ...(place.notifier === undefined ? {} : { notifier: place.notifier }),
    });
    const report = reportOf(context, run, result, place.command ?? 'dry-run');
    await run.report(report);
    const aborted = result.stoppedBy?.error.exitCode === exitCodes.aborted;
    await tidy(context, (report.outcome === 'holds' || aborted) && place.keep !== true);
    return {
      report,
      exitCode: exitCodeFor(result, report),
      dir: run.dir,
      ...(result.stoppedBy === undefined ? {} : { stoppedBy: result.stoppedBy }),
    };
  } finally {
    control.close();
    await context.target?.stop();
    await run.close();
  }
}

/** Of files that are there; what is not, the preflight tells. */
async function bytesOf(paths: readonly string[]): Promise<number> {
  const sizes = paths.map((path) =>
    stat(path).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function exitCodeFor(result: PlanResult, report: Report): ExitCode {
  if (result.blocked) return exitCodes.preflightFailed;
  return result.stoppedBy?.error.exitCode ?? exitCodeOf(report.outcome);
}

function reportOf(context: RunContext, run: RunDirectory, result: PlanResult, command: string): Report {
  const { imported, options } = context;
  const tables = imported?.tables ?? {};
  return buildReport({
    toolVersion: options.toolVersion,
    command,
    mode: 'rehearsal',
    startedAt: run.startedAt,
    checks: [...(options.origin?.checks(tables) ?? []), ...result.checks],
    tables,
    stepsNotExercised: result.notExercised,
    ...(result.stoppedBy === undefined
      ? {}
      : { stoppedBy: { step: result.stoppedBy.step, ...result.stoppedBy.error.toJSON() } }),
    details: {
      runId: run.id,
      steps: result.steps,
      profile: `${options.profile.name}/${options.profile.version}`,
      ...(imported === undefined
        ? {}
        : {
            dumpSha256: imported.dumpSha256,
            dumpTakenAt: imported.moment,
            tree: imported.tree,
            records: imported.records,
            sourcesAbsent: imported.absent,
            readerNotes: imported.notes.map(({ code, message }) => ({ code, message })).slice(0, 50),
            declassified: imported.declassified,
          }),
      ...options.origin?.details,
    },
  });
}

/** Removes scratch files; the stores as well where nobody will want to look into them. */
async function tidy(context: RunContext, everything: boolean): Promise<void> {
  await rm(join(context.dir, 'work'), { recursive: true, force: true });
  if (!everything) return;
  await context.target?.stop();
  delete context.target;
  await rm(join(context.dir, 'stores'), { recursive: true, force: true });
  await rm(join(context.dir, 'expectations.jsonl'), { force: true });
}
