import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildReport,
  CutoverError,
  type ExitCode,
  exitCodeOf,
  exitCodes,
  type Listener,
  type Report,
} from '@cutover/core';
import { bytesOf } from '@cutover/importer';
import {
  type Ask,
  assertStep,
  type Lease,
  type Mode,
  type Notifier,
  type OnJournal,
  type PlanResult,
  RunControl,
  RunDirectory,
  type RunMeans,
  runPlan,
  undoPlan,
  type UndoResult,
} from '@cutover/runs';
import { actsOutside, type RehearsalOptions, type RunContext } from './context.ts';
import { Hooks } from './hooks/hooks.ts';
import { carryBackFirst } from './carry-back.ts';
import { cutoverPlan } from './plan.ts';
import type { CarriedBack } from './site/site.ts';
import { openStores } from './stores.ts';

/** What a run of the plan, or its way back, is given. */
export interface DriveInput {
  readonly mode: Mode;
  readonly options: RehearsalOptions;
  readonly stateDir: string;
  /** Name of the command in the report. */
  readonly command: string;
  /** Folder of a run to go on with; absent: a new one. */
  readonly runDir?: string;
  readonly onEvent?: Listener;
  /** Keeps a rehearsal's stores even where everything held. */
  readonly keep?: boolean;
  readonly until?: string;
  readonly only?: string;
  readonly yesTo?: readonly string[];
  readonly settled?: Readonly<Record<string, 'done' | 'undone'>>;
  /** Why the plan was not rehearsed as it should be. */
  readonly unrehearsed?: string;
  /** Stays while it waits for persons and times. */
  readonly wait?: boolean;
  readonly ask?: Ask;
  readonly notifier?: Notifier;
  /** What the source is called where the run is spoken of. */
  readonly sourceName?: string;
  /** Called before the first step, with what stops the run at its next safe point. */
  readonly onStart?: (started: {
    readonly dir: string;
    readonly control: RunControl;
  }) => void | Promise<void>;
  /** For tests: see `RunDirectory`. */
  readonly onJournal?: OnJournal;
}

export interface Driven {
  readonly report: Report;
  readonly exitCode: ExitCode;
  /** Folder of the run. */
  readonly dir: string;
  readonly stoppedBy?: PlanResult['stoppedBy'];
  readonly waiting?: PlanResult['waiting'];
}

/** What was taken back, and what of the new side was carried out for it. */
export interface WentBack extends UndoResult {
  readonly carriedBack?: CarriedBack;
}

/** Goes through the plan, or on with a run of it, and writes its report. */
export async function drive(input: DriveInput): Promise<Driven> {
  for (const id of input.yesTo ?? []) assertIrreversible(id);
  const budgets = Object.keys(input.options.site?.file.watchdog.budgets ?? {});
  for (const named of [input.until, input.only, ...budgets])
    if (named !== undefined) assertStep(cutoverPlan, named);
  return opened(input, async (context, means) => {
    const result = await runPlan(cutoverPlan, means);
    const report = reportOf(context, means.run, result, input);
    // What has stopped the run may be what keeps its report from being written.
    const written = means.run.report(report);
    await (result.stoppedBy === undefined ? written : written.catch(() => undefined));
    const aborted = result.stoppedBy?.error.exitCode === exitCodes.aborted;
    const over = result.waiting === undefined && (report.outcome === 'holds' || aborted);
    // What it has done to servers can be taken back only while its stores are there.
    await tidy(context, over && input.keep !== true && !actsOutside(context));
    return {
      report,
      exitCode: exitCodeFor(result, report),
      dir: means.run.dir,
      ...(result.stoppedBy === undefined ? {} : { stoppedBy: result.stoppedBy }),
      ...(result.waiting === undefined ? {} : { waiting: result.waiting }),
    };
  });
}

/** Nobody agrees by mistake to a step that is called otherwise. Throws CutoverError `step-unknown`, `step-not-asked`. */
function assertIrreversible(id: string): void {
  assertStep(cutoverPlan, id);
  const asked = cutoverPlan.steps.filter(({ irreversible }) => irreversible !== undefined);
  if (asked.some((step) => step.id === id)) return;
  throw new CutoverError('step-not-asked', `${id} asks nobody whether to go on`, {
    next: `--yes-to takes ${asked.map((step) => step.id).join(' and ')}`,
    exitCode: exitCodes.usage,
  });
}

/** Goes back to the step `to`, or to before the first one; what the new side has is carried out first. */
export async function driveBack(
  input: DriveInput & { readonly runDir: string; readonly to?: string; readonly loseNewSide?: boolean },
): Promise<WentBack> {
  return opened(input, async (context, means) => {
    context.loseNewSide = input.loseNewSide === true;
    const result = await undoPlan(cutoverPlan, {
      ...means,
      ...(input.to === undefined ? {} : { to: input.to }),
      before: carryBackFirst,
    });
    const { carriedBack } = context;
    const whole = input.to === undefined && result.stoppedBy === undefined && result.waiting === undefined;
    await tidy(context, whole && input.keep !== true);
    return { ...result, ...(carriedBack === undefined ? {} : { carriedBack }) };
  });
}

async function opened<T>(
  input: DriveInput,
  work: (context: RunContext, means: RunMeans<RunContext>) => Promise<T>,
): Promise<T> {
  const { stateDir, runDir, options, mode } = input;
  const run =
    runDir === undefined
      ? await RunDirectory.create(stateDir, input.onJournal)
      : await RunDirectory.reopen(runDir, input.onJournal);
  const control = new RunControl(run.dir);
  const context = contextOf(input, run);
  try {
    await input.onStart?.({ dir: run.dir, control });
    await mkdir(join(run.dir, 'work'), { recursive: true, mode: 0o700 });
    const file = options.site?.file;
    // A real run's lease lies in its private store, and a run that goes on has its stores already.
    if (mode === 'real' || runDir !== undefined) context.stores = await openStores(context);
    const lease: Lease | undefined =
      mode === 'real' ? context.stores?.privateStore.lease(file!.lease.ttl) : undefined;
    const at = file?.at === undefined ? undefined : Date.parse(file.at);
    return await work(context, {
      mode,
      context: (onEvent) => Object.assign(context, { onEvent }),
      run,
      control,
      onEvent: input.onEvent ?? (() => undefined),
      stateDir,
      inputBytes: await bytesOf(options.dump),
      names: {
        ...(input.sourceName === undefined ? {} : { source: input.sourceName }),
        target: targetName(input),
      },
      ...(lease === undefined ? {} : { lease }),
      ...(file === undefined
        ? {}
        : { watchdog: { budgets: file.watchdog.budgets, forgottenMs: file.watchdog.forgotten } }),
      ...(file === undefined || at === undefined || mode !== 'real'
        ? {}
        : { window: { endsAtMs: at + file.window, wayBackMs: file.wayBack } }),
      ...given(input),
    });
  } finally {
    control.close();
    await context.target?.stop();
    await run.close();
  }
}

function contextOf({ options, mode }: DriveInput, run: RunDirectory): RunContext {
  const { site } = options;
  const file = site?.file;
  const real = mode === 'real';
  const stores = {
    publicDir: (real ? file?.stores.public : undefined) ?? join(run.dir, 'stores', 'public.git'),
    privateUrl: (real ? file?.stores.private : undefined) ?? join(run.dir, 'stores', 'private'),
  };
  return {
    options,
    mode,
    dir: run.dir,
    ...stores,
    hooks:
      site === undefined
        ? undefined
        : new Hooks({
            file: site.file,
            runDir: run.dir,
            runId: run.id,
            mode,
            ...stores,
            environment: site.environment,
          }),
    onEvent: () => undefined,
    dump: options.dump,
    source: options.source,
    origin: options.origin,
  };
}

function targetName({ mode, options }: DriveInput): string {
  const url = mode === 'real' ? options.site?.file.target.url : options.targetUrl;
  return url ?? 'a new system booted for the rehearsal';
}

/** What of the input the engine takes as it is. In a rehearsal nobody is asked whether to go on, unless its run file says so. */
function given(input: DriveInput): Partial<RunMeans<RunContext>> {
  const { until, only, yesTo, settled, unrehearsed, ask, notifier, mode, options } = input;
  const assumed = mode === 'rehearsal' && options.site?.file.rehearsal.people !== 'ask';
  const irreversible = cutoverPlan.steps.filter((step) => step.irreversible !== undefined);
  const agreed = assumed ? irreversible.map(({ id }) => id) : yesTo;
  return {
    ...(until === undefined ? {} : { until }),
    ...(only === undefined ? {} : { only }),
    ...(agreed === undefined ? {} : { yesTo: agreed }),
    ...(settled === undefined ? {} : { settled }),
    ...(unrehearsed === undefined ? {} : { unrehearsed }),
    ...(ask === undefined ? {} : { ask }),
    ...(notifier === undefined ? {} : { notifier }),
    wait: input.wait ?? mode === 'rehearsal',
  };
}

function exitCodeFor(result: PlanResult, report: Report): ExitCode {
  if (result.waiting !== undefined) return exitCodes.stoppedByFault;
  if (result.blocked && result.stoppedBy === undefined) return exitCodes.preflightFailed;
  return result.stoppedBy?.error.exitCode ?? exitCodeOf(report.outcome);
}

function reportOf(context: RunContext, run: RunDirectory, result: PlanResult, input: DriveInput): Report {
  const { imported, options } = context;
  const tables = imported?.tables ?? {};
  return buildReport({
    toolVersion: options.toolVersion,
    command: input.command,
    mode: input.mode,
    startedAt: run.startedAt,
    checks: [...(context.origin?.checks(tables) ?? []), ...result.checks],
    tables,
    stepsNotExercised: result.notExercised,
    ...(result.stoppedBy === undefined
      ? {}
      : { stoppedBy: { step: result.stoppedBy.step, ...result.stoppedBy.error.toJSON() } }),
    ...(result.waiting === undefined ? {} : { waitingFor: { ...result.waiting } }),
    details: {
      runId: run.id,
      steps: result.steps,
      ...(input.unrehearsed === undefined ? {} : { UNREHEARSED: input.unrehearsed }),
      ...(result.waiting === undefined ? {} : { waitingFor: result.waiting }),
      profile: `${options.profile.name}/${options.profile.version}`,
      ...(imported === undefined
        ? {}
        : {
            dumpSha256: imported.dumpSha256,
            dumpTakenAt: imported.moment,
            tree: imported.tree,
            records: imported.records,
            sourcesAbsent: imported.absent,
            directoriesCrowded: imported.crowded,
            readerNotes: imported.notes.map(({ code, message }) => ({ code, message })).slice(0, 50),
            declassified: imported.declassified,
          }),
      ...context.origin?.details,
    },
  });
}

/** Removes scratch files; the stores as well where nobody will want to look into them. */
async function tidy(context: RunContext, everything: boolean): Promise<void> {
  await rm(join(context.dir, 'work'), { recursive: true, force: true });
  if (!everything || context.mode === 'real') return;
  await context.target?.stop();
  delete context.target;
  await rm(join(context.dir, 'stores'), { recursive: true, force: true });
  await rm(join(context.dir, 'expectations.jsonl'), { force: true });
}
