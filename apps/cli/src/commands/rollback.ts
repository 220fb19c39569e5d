import { resolve } from 'node:path';
import { buildReport, type Check, concludeCheck, CutoverError, exitCodes } from '@cutover/core';
import type { CarriedBack, WentBack } from '@cutover/cutover';
import { assertEnded, raiseFlag, seeRun } from '@cutover/runs';
import { Command } from 'commander';
import { daemonise } from '../daemon.ts';
import { type DriveOptions, driveInput, settlement } from '../drive-run.ts';
import type { Finish } from '../main.ts';
import { outputOf } from '../options.ts';
import { count, type Output } from '../output.ts';
import { writeReport } from '../report-file.ts';
import { assertSameSite, readRecord } from '../run-record.ts';
import { loadSite } from '../run-site.ts';
import { version } from '../version.ts';
import { notifierOf, webhookOf } from '../webhook-options.ts';
import { assertProduction, withDriveOptions } from './run.ts';

interface RollbackOptions extends DriveOptions {
  readonly config?: string;
  readonly to?: string;
  readonly production?: string | true;
  readonly loseNewSide?: boolean;
  readonly daemon?: boolean;
}

export function rollbackCommand(finish: Finish): Command {
  return withDriveOptions(
    new Command('rollback').description(
      'Take back in reverse order what a run has done, to before its first step or to the step --to, which stays done.\nWhat people wrote on the new side is carried out first, into the run folder.',
    ),
  )
    .argument('[run]', 'id of the run; the newest by default')
    .option('--to <step>', 'the last step that stays done')
    .option('--config <file>', 'the run file, where it lies elsewhere than when the run was begun')
    .option('--production [name]', 'act on production; its name in the run file is typed, or given here')
    .option('--lose-new-side', 'go back although what was written on the new side cannot be carried')
    .option('--settled <key=done|undone>', 'what you have found of an effect that is open', settlement)
    .addHelpText(
      'after',
      '\nExit codes: 0 back · 1 back, and legacy cannot hold all that the new side had · 4 something was written there and cannot be carried · 7 waits or stopped · 64 usage',
    )
    .action((id: string | undefined, options: RollbackOptions) => finish(rollback(id, options)));
}

async function rollback(id: string | undefined, options: RollbackOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const stateDir = resolve(options.stateDir);
  const seen = await seeRun(stateDir, id);
  assertEnded(seen);
  if (seen.state === 'rolled-back' && options.to === undefined)
    throw new CutoverError('nothing-to-undo', `${seen.status.runId} was rolled back already`, {
      next: 'cutover resume goes forward again',
      exitCode: exitCodes.usage,
    });
  const record = await readRecord(seen.dir);
  const config = options.config ?? record.config;
  const notifier = notifierOf(options, out);
  try {
    const site = await loadSite(config, out, webhookOf(options));
    assertSameSite(record, site.file, seen.status.runId);
    const production =
      record.mode === 'real' ? await assertProduction(site.file, options.production) : undefined;
    if (options.daemon === true)
      return await daemonise(out, { stateDir, name: seen.status.runId, production });
    const { driveBack } = await import('@cutover/cutover');
    const input = {
      mode: record.mode,
      command: 'rollback',
      title: 'The way back',
      config,
      record,
      runDir: seen.dir,
    };
    const back = await driveBack({
      ...driveInput(options, input, site, out),
      runDir: seen.dir,
      loseNewSide: options.loseNewSide === true,
      ...(options.to === undefined ? {} : { to: options.to }),
      ...(notifier === undefined ? {} : { notifier }),
    });
    await raiseFlag(seen, 'postpone', false);
    if (back.carriedBack !== undefined) sayCarried(back.carriedBack, out);
    for (const { step, how } of back.undone) out.line(`  ${step}  ${how}`);
    for (const { step, because } of back.without)
      out.line(out.paint('dim', `  ${step}  nothing to take back: ${because}`));
    const { stoppedBy, waiting } = back;
    if (waiting !== undefined)
      out.line(
        `${waiting.step} waits: ${waiting.asks}\n  → cutover answer ${waiting.key} …, then cutover rollback again`,
      );
    if (stoppedBy !== undefined)
      out.line(
        `${stoppedBy.step} stopped the way back: ${stoppedBy.error.message}\n  → ${stoppedBy.error.next}`,
      );
    if (waiting === undefined && stoppedBy === undefined)
      out.line(
        `${seen.status.runId} went back ${options.to === undefined ? 'whole' : `to ${options.to}`}: ${back.undone.length} steps`,
      );
    const carried = back.carriedBack?.checks ?? [];
    const stopped =
      stoppedBy === undefined ? {} : { stoppedBy: { step: stoppedBy.step, ...stoppedBy.error.toJSON() } };
    const details = { runId: seen.status.runId, ...back, ...stopped };
    out.document(details);
    if (options.report !== undefined)
      await writeReport(
        options.report,
        buildReport({
          toolVersion: version,
          command: 'rollback',
          mode: record.mode,
          startedAt,
          checks: [...carried, wentBack(back)],
          tables: {},
          stepsNotExercised: [],
          ...stopped,
          details,
        }),
      );
    if (stoppedBy !== undefined) return stoppedBy.error.exitCode;
    if (waiting !== undefined) return exitCodes.stoppedByFault;
    return carried.some(({ outcome }) => outcome === 'fails') ? exitCodes.fails : exitCodes.holds;
  } finally {
    await notifier?.close();
  }
}

function wentBack({ undone, without, stoppedBy, waiting }: WentBack): Check {
  return concludeCheck({
    id: 'went-back',
    title: 'What the run had done was taken back',
    looked: undone.length + without.length,
    expected: 'every step',
    actual: `${undone.length} steps, ${without.length} with nothing to take back`,
    couldNotTell:
      waiting !== undefined
        ? `${waiting.step} waits: ${waiting.asks}`
        : stoppedBy === undefined
          ? undefined
          : `${stoppedBy.step}: ${stoppedBy.error.message}`,
  });
}

const listedAtMost = 20;

function sayCarried({ dir, checks }: CarriedBack, out: Output): void {
  out.line(`what the new side has was carried out first, into ${dir}`);
  for (const { findings, findingsTotal } of checks) {
    if (findingsTotal === 0) continue;
    out.line(`legacy cannot hold ${count(findingsTotal)} things of it:`);
    for (const { message } of findings.slice(0, listedAtMost)) out.line(`  ${message}`);
    const more = findingsTotal - Math.min(findings.length, listedAtMost);
    if (more > 0) out.line(`  and ${count(more)} more, in its manifest.json`);
  }
}
