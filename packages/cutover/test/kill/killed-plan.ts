/**
 * `killed-plan.ts INPUT_JSON`: goes on with the run of a world, or begins one, or takes it back, and stops dead at the
 * n-th moment before or after a line of the journal. What came of it is one line of JSON on stdout.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaveAnswer, type OnJournal } from '@cutover/runs';
import { drive, driveBack, type DriveInput } from '../../src/index.ts';
import { begunRun, siteInput } from '../site-input.ts';

export interface KilledPlanInput {
  readonly dir: string;
  readonly what: 'run' | 'back';
  /** Index of the moment; absent: it goes to its end. */
  readonly killAt?: number;
  readonly settled: Readonly<Record<string, 'done' | 'undone'>>;
  /** What the persons say who are asked, by key. */
  readonly answers: Readonly<Record<string, string>>;
}

export interface KilledPlanSaid {
  readonly outcome: string;
  readonly steps: readonly string[];
  readonly open: readonly string[];
  readonly waiting?: { readonly kind: string; readonly key?: string };
  readonly stoppedBy?: string;
}

const { dir, what, killAt, settled, answers } = JSON.parse(process.argv[2]!) as KilledPlanInput;
let moments = 0;
const onJournal: OnJournal = (moment, entry) => {
  const { step, key } = entry as { step?: string; key?: string };
  const name = [moment, entry.type, step, key].filter((part) => part !== undefined).join(' ');
  appendFileSync(join(dir, `moments-${what}`), `${name}\n`);
  if (moments++ === killAt) process.kill(process.pid, 'SIGKILL');
};
const runDir = begunRun(dir);
const input: DriveInput = {
  ...(await siteInput(dir)),
  settled,
  onJournal,
  onStart: async (started) => {
    for (const [key, answer] of Object.entries(answers))
      await leaveAnswer(started.dir, {
        key,
        answer,
        by: 'Ann',
        evidence: 'a ticket',
        at: '2026-01-01T00:00:00Z',
      });
  },
};
process.stdout.write(`${JSON.stringify(what === 'run' ? await forward() : await back())}\n`);
process.exit();

async function forward(): Promise<KilledPlanSaid> {
  const { report, waiting, stoppedBy } = await drive({
    ...input,
    ...(runDir === undefined ? {} : { runDir }),
  });
  return {
    outcome: report.outcome,
    steps: (report.details['steps'] as { step: string }[]).map(({ step }) => step),
    open: report.checks.filter(({ outcome }) => outcome !== 'holds').map(({ id }) => id),
    ...(waiting === undefined ? {} : { waiting }),
    ...(stoppedBy === undefined ? {} : { stoppedBy: stoppedBy.error.message }),
  };
}

async function back(): Promise<KilledPlanSaid> {
  const { undone, waiting, stoppedBy } = await driveBack({ ...input, runDir: runDir! });
  return {
    outcome: stoppedBy === undefined && waiting === undefined ? 'holds' : 'unknown',
    steps: undone.map(({ step }) => step),
    open: [],
    ...(waiting === undefined ? {} : { waiting }),
    ...(stoppedBy === undefined ? {} : { stoppedBy: stoppedBy.error.message }),
  };
}
