import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { leaveAnswer, seeRun } from '@cutover/runs';
import { Command } from 'commander';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../options.ts';

interface AnswerOptions extends CommonOptions {
  readonly by?: string;
  readonly evidence?: string;
  readonly run?: string;
}

export function answerCommand(finish: Finish): Command {
  return withCommonOptions(
    new Command('answer').description(
      'Answer what a run asks a person: go or no-go, a step done by hand with its evidence, an irreversible step.\nIt may be given before the run asks; a later answer replaces it.',
    ),
  )
    .argument('<key>', 'the question, as status shows it: 07-go-no-go/go-ann-1a2b')
    .argument('<answer>', 'one of those that status shows')
    .option('--by <name>', 'who says so; the name of this account by default')
    .option('--evidence <text>', 'what shows it: a sentence, a ticket, the digest of a file')
    .option('--run <id>', 'id of the run; the newest by default')
    .action((key: string, said: string, options: AnswerOptions) => finish(answer(key, said, options)));
}

async function answer(key: string, said: string, options: AnswerOptions): Promise<number> {
  const out = outputOf(options);
  const { dir, status } = await seeRun(resolve(options.stateDir), options.run);
  const asked = status.waitingFor;
  const { assertStep } = await import('@cutover/runs');
  const { cutoverPlan } = await import('@cutover/cutover');
  assertStep(cutoverPlan, key.split('/')[0]!);
  if (asked?.key === key && asked.answers?.includes(said) === false)
    throw new CutoverError('no-such-answer', `${key} takes ${asked.answers.join(', ')}, not ${said}`, {
      next: 'give one of those',
      exitCode: exitCodes.usage,
    });
  const { by = userInfo().username, evidence } = options;
  if (asked?.key === key && asked.evidence !== undefined && said === asked.answers?.[0] && !evidence?.trim())
    throw new CutoverError('no-evidence', `${said} is to be shown: ${asked.evidence}`, {
      next: 'say it with --evidence TEXT',
      exitCode: exitCodes.usage,
    });
  const given = { key, by, answer: said, at: new Date().toISOString() };
  await leaveAnswer(dir, { ...given, ...(evidence === undefined ? {} : { evidence }) });
  if (asked?.key !== key) out.note(`${key} is not asked now: the answer is kept for when it is`);
  else if (asked.who !== undefined && asked.who !== by)
    out.note(`${key} was asked of ${asked.who}, not ${by}`);
  out.line(`${status.runId}: ${by} answers ${said} to ${key}`);
  out.document({ runId: status.runId, ...given });
  return exitCodes.holds;
}
