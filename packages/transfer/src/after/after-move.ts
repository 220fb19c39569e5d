import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CutoverError } from '@cutover/core';
import { type Check, concludeCheck, exitCodes, type Finding, messageOf } from '@cutover/core';
import { type RunSeen, seeRun } from '@cutover/runs';
import { failedChecks } from '../send/lockdown.ts';
import { type MoveFacts, readMoveFacts } from '../send/move-files.ts';
import type { MoveStatus } from '../send/move-status.ts';
import { Session } from '../send/session.ts';
import type { Census } from '../wire/messages.ts';
import type { OpenWire } from '../wire/wire.ts';
import { checkExactlyOne } from './exactly-one.ts';
import type { Probes } from './probes.ts';

export interface AfterOptions {
  readonly stateDir: string;
  readonly runId: string;
  readonly openWire: OpenWire;
  readonly site: string;
  readonly version: string;
  readonly probes: Probes;
}

export interface AfterMove {
  readonly checks: readonly Check[];
  /** Questions that this move does not raise, with the reason. */
  readonly notAsked: readonly { readonly step: string; readonly reason: string }[];
}

/**
 * Looks whether a site is at exactly one place after a move: by what both ends remember of it, by the source's own
 * hooks, and by probes. Changes nothing.
 *
 * @throws CutoverError `run-unknown`, and with exit 2 or 3 what keeps the destination from being asked
 */
export async function checkAfterMove(options: AfterOptions): Promise<AfterMove> {
  const { stateDir, runId, probes } = options;
  const seen = await seeRun(stateDir, runId);
  const facts = readMoveFacts(seen.dir);
  const checks = [moveIsOver(seen), await onlyMove(stateDir, runId, facts)];
  const census = await censusOf(options, facts.empty ?? []);
  checks.push(destinationIsOver(census), await sourceStaysDown(facts, seen));
  const notAsked = [];
  if ((facts.empty ?? []).length > 0) checks.push(queuesAreClean(facts.empty!, census));
  else
    notAsked.push({
      step: 'queues-clean',
      reason: 'the move took no folder without what is in it (--empty)',
    });
  return { checks: [...checks, ...(await checkExactlyOne(probes))], notAsked };
}

async function censusOf(
  { openWire, site, version, runId }: AfterOptions,
  empty: readonly string[],
): Promise<Census | string> {
  try {
    const hello = { site, version, move: runId, replace: true, look: true };
    const { session } = await Session.open(openWire(), hello);
    try {
      return await session.census([...empty]);
    } finally {
      session.close();
    }
  } catch (error) {
    const { exitCode } = error as CutoverError;
    if (exitCode === exitCodes.authenticationRefused) throw error;
    return messageOf(error);
  }
}

function moveIsOver({ state, status }: RunSeen): Check {
  const { phase, doing } = status as MoveStatus;
  const finding: Finding = {
    code: 'move-not-over',
    message: `the move is ${state}, at ${phase}: ${doing}`,
    next: 'start the same `cutover transfer send` again, or `cutover transfer cancel`',
  };
  return concludeCheck({
    id: 'move-over',
    title: 'The move has ended where it was started',
    looked: 1,
    expected: 'done',
    actual: state,
    findings: state === 'done' && phase === 'done' ? [] : [finding],
  });
}

/** Of the same source, in the same state directory. */
async function onlyMove(stateDir: string, runId: string, { from }: MoveFacts): Promise<Check> {
  const findings: Finding[] = [];
  let looked = 0;
  for (const name of readdirSync(join(stateDir, 'runs'))) {
    if (!existsSync(join(stateDir, 'runs', name, 'move.json'))) continue;
    const seen = await seeRun(stateDir, name);
    const facts = readMoveFacts(seen.dir);
    if (facts.from !== from) continue;
    looked++;
    if (name !== runId && !['done', 'aborted', 'rolled-back'].includes(seen.state))
      findings.push({
        code: 'other-move',
        message: `another move of ${from}, ${name} to ${facts.to}, is ${seen.state}`,
        subject: name,
        next: `end it with \`cutover transfer cancel ${name}\``,
      });
  }
  return concludeCheck({
    id: 'only-move',
    title: 'No other move of the source is under way',
    looked,
    expected: 0,
    actual: findings.length,
    findings,
  });
}

function destinationIsOver(census: Census | string): Check {
  const base = {
    id: 'destination-over',
    title: 'The destination has finished, and nothing of the move lies about',
  };
  const expected = { phase: 'done', live: true, leftovers: [] };
  if (typeof census === 'string')
    return concludeCheck({ ...base, looked: 0, expected, actual: null, couldNotTell: census });
  const { phase, live, leftovers } = census;
  const findings: Finding[] = [];
  if (phase !== 'done')
    findings.push({
      code: 'destination-not-over',
      message: `the destination is at ${phase}`,
      next: 'start the same `cutover transfer send` again',
    });
  if (!live)
    findings.push({
      code: 'site-missing',
      message: 'the folder is not at the destination',
      next: 'look what took it away; the source still has it unless it was removed',
    });
  for (const name of leftovers)
    findings.push({
      code: 'leftover',
      message: `${name} of the move is still at the destination`,
      subject: name,
      next: 'start the same `cutover transfer send` again, which removes it',
    });
  return concludeCheck({ ...base, looked: 1, expected, actual: { phase, live, leftovers }, findings });
}

async function sourceStaysDown({ from, hooks, afterwards }: MoveFacts, { dir }: RunSeen): Promise<Check> {
  const base = {
    id: 'source-down',
    title: 'The source is still locked, or put away',
    evidence: { afterwards },
  };
  if (afterwards === 'archive') {
    const back: Finding = {
      code: 'source-back',
      message: `${from} was archived, and is there again`,
      subject: from,
      next: 'find out what made it, and stop that',
    };
    const findings = existsSync(from) ? [back] : [];
    return concludeCheck({
      ...base,
      looked: 1,
      expected: 'away',
      actual: findings.length === 0 ? 'away' : 'there',
      findings,
    });
  }
  const reason =
    afterwards === 'unlock'
      ? 'it was unlocked on request: whether it runs is for the instances to tell'
      : hooks.length === 0
        ? 'the move had no hooks (--at-rest): nothing tells whether the source is used'
        : undefined;
  if (reason !== undefined)
    return concludeCheck({ ...base, looked: 0, expected: 'locked', actual: null, couldNotTell: reason });
  const open = await failedChecks(hooks);
  return concludeCheck({
    ...base,
    looked: hooks.length,
    expected: 'locked',
    actual: open.length === 0 ? 'locked' : 'open',
    findings: open.map(({ name, said }) => ({
      code: 'source-open',
      message: `the source is not locked any more by ${name}: ${said}`,
      subject: name,
      next: `lock it again and see what opened it; the run is in ${dir}`,
    })),
  });
}

function queuesAreClean(empty: readonly string[], census: Census | string): Check {
  const base = { id: 'queues-clean', title: 'Queues and caches were started clean' };
  if (typeof census === 'string')
    return concludeCheck({ ...base, looked: 0, expected: 0, actual: null, couldNotTell: census });
  const old = census.empty.flatMap(({ path, older }) => older.map((name) => `${path}/${name}`));
  return concludeCheck({
    ...base,
    looked: census.empty.length,
    expected: 0,
    actual: census.empty.reduce((sum, { olderTotal }) => sum + olderTotal, 0),
    findings: old.map((name) => ({
      code: 'queue-not-clean',
      message: `${name} is older than the move`,
      subject: name,
      next: 'see where it came from, whether its job was run on the old host already, and remove it if so',
    })),
    evidence: { folders: empty },
  });
}
