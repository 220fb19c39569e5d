import { resolve } from 'node:path';
import { CutoverError, type ExitCode, exitCodes } from '@cutover/core';
import type { DriveInput, Driven } from '@cutover/cutover';
import type { Mode } from '@cutover/runs';
import { InvalidArgumentError } from 'commander';
import { askAtTerminal } from './ask.ts';
import { type CommonOptions, outputOf } from './options.ts';
import type { Output } from './output.ts';
import { writeReport } from './report-file.ts';
import { type RunRecord, runOf, writeRecord } from './run-record.ts';
import { type LoadedSite, loadSite } from './run-site.ts';
import { stopOnSignals } from './signals.ts';
import { tuneHeap } from './tune-heap.ts';
import { notifierOf, type TellOptions, webhookOf } from './webhook-options.ts';

/** What run, resume and a rehearsal of a run file take alike. */
export interface DriveOptions extends CommonOptions, TellOptions {
  readonly until?: string;
  readonly only?: string;
  readonly yesTo?: string[];
  readonly settled?: Readonly<Record<string, 'done' | 'undone'>>;
  readonly wait?: boolean;
  readonly report?: string;
  readonly keep?: boolean;
}

export interface DriveRunInput {
  readonly mode: Mode;
  readonly command: string;
  readonly title: string;
  readonly config: string;
  readonly runDir?: string;
  /** How the run was begun that this goes on with. */
  readonly record?: RunRecord;
  readonly unrehearsed?: string;
  /** Called with what the run file says, before anything begins. */
  readonly before?: (site: LoadedSite, out: Output) => Promise<void>;
}

/** Goes through the plan with a run file and says how it went. */
export async function driveRun(options: DriveOptions, input: DriveRunInput): Promise<ExitCode> {
  const out = outputOf(options);
  const notifier = notifierOf(options, out);
  try {
    const site = await loadSite(input.config, out, webhookOf(options));
    if (input.mode === 'rehearsal') assertNotProduction(site);
    await input.before?.(site, out);
    tuneHeap();
    const { drive } = await import('@cutover/cutover');
    const driven = await drive({
      ...driveInput(options, input, site, out),
      ...(notifier === undefined ? {} : { notifier }),
    });
    if (options.report !== undefined) await writeReport(options.report, driven.report);
    tell(driven, input.title, out);
    return driven.exitCode;
  } finally {
    await notifier?.close();
  }
}

/** A rehearsal asks nobody for the name of production, so its hooks must not act there. Throws CutoverError `production`. */
function assertNotProduction({ file }: LoadedSite): void {
  if (file.environment !== 'production' || file.rehearsal.hooks !== 'do') return;
  throw new CutoverError('production', `${file.name} is production, and rehearsal.hooks would act on it`, {
    next: 'rehearse with hooks = "dry", or with a run file of servers that nobody uses (environment = "staging" or "test")',
    exitCode: exitCodes.usage,
  });
}

/** What the engine is given; `resume` and `rollback` use it alike. */
export function driveInput(
  options: DriveOptions,
  input: DriveRunInput,
  site: LoadedSite,
  out: Output,
): DriveInput {
  const { mode, command, runDir, record, unrehearsed, config } = input;
  const ask = askAtTerminal();
  return {
    mode,
    command,
    options: site.options,
    stateDir: resolve(options.stateDir),
    sourceName: site.sourceName,
    onEvent: out.onEvent,
    keep: options.keep === true,
    ...(mode === 'real' || options.wait === true ? { wait: options.wait === true } : {}),
    ...(runDir === undefined ? {} : { runDir }),
    ...(unrehearsed === undefined ? {} : { unrehearsed }),
    ...(options.until === undefined ? {} : { until: options.until }),
    ...(options.only === undefined ? {} : { only: options.only }),
    ...(options.yesTo === undefined ? {} : { yesTo: options.yesTo }),
    ...(options.settled === undefined ? {} : { settled: options.settled }),
    ...(ask === undefined ? {} : { ask }),
    onStart: async ({ dir, control }) => {
      stopOnSignals(control, out);
      // Whoever goes on with it later, or back, goes by the run file that was given last.
      const begun = record ?? { sha256: site.sha256, mode, of: runOf(site.file) };
      await writeRecord(dir, { ...begun, config: resolve(config) });
    },
  };
}

function tell(driven: Driven, title: string, out: Output): void {
  const { report, dir, stoppedBy, waiting } = driven;
  for (const reason of new Set(report.stepsNotExercised.map((left) => left.reason))) {
    const steps = report.stepsNotExercised.filter((left) => left.reason === reason).map(({ step }) => step);
    out.line(`  ${out.paint('dim', `${steps.join(', ')} not exercised: ${reason}`)}`);
  }
  const of = (outcome: string) => report.checks.filter((check) => check.outcome === outcome).length;
  out.line();
  const counts = `${of('holds')} checks hold, ${of('fails')} fail, ${of('unknown')} unknown`;
  const how = waiting === undefined ? out.outcome(report.outcome).trim() : 'waits';
  out.line(`${out.paint('bold', title)} ${how}: ${counts}`);
  const loud = report.details['UNREHEARSED'];
  if (typeof loud === 'string') out.line(out.paint('fails', `UNREHEARSED: ${loud}`));
  if (waiting !== undefined) out.line(`${waiting.step} waits: ${waiting.asks}${nextOf(waiting)}`);
  if (stoppedBy !== undefined)
    out.line(`${stoppedBy.step} stopped the run: ${stoppedBy.error.message}\n  → ${stoppedBy.error.next}`);
  out.line(out.paint('dim', `report: ${dir}/report.html`));
  out.document(report);
}

function nextOf({ kind, key, answers, who, until }: NonNullable<Driven['waiting']>): string {
  switch (kind) {
    case 'answer':
      return `\n  → cutover answer ${key} ${answers?.join('|')} --by '${who ?? 'NAME'}' [--evidence TEXT], then cutover resume`;
    case 'settle':
      return `\n  → look, then cutover resume --settled ${key}=done, or =undone to have it done again`;
    case 'time':
      return `\n  → cutover resume at ${until}, or stay: cutover resume --wait`;
    default:
      return '\n  → cutover postpone --off, then cutover resume';
  }
}

/** `18-flip/dns=done`, given once or several times. */
export function settlement(
  text: string,
  before: Record<string, 'done' | 'undone'> = {},
): Record<string, 'done' | 'undone'> {
  const [, key, as] = /^([^=]+)=(done|undone)$/.exec(text) ?? [];
  if (key === undefined || as === undefined)
    throw new InvalidArgumentError('It must be KEY=done or KEY=undone, with the key that status shows.');
  return { ...before, [key]: as as 'done' | 'undone' };
}
