import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { Answer, Wait } from './journal.ts';

/** Thrown where a run can go on only once a person has acted, or a time has come: it stops, and is resumed. */
export class Waiting extends CutoverError {
  readonly wait: Wait;

  constructor(wait: Wait, next: string) {
    super('waiting', `${wait.step} waits: ${wait.asks}`, {
      next,
      exitCode: exitCodes.stoppedByFault,
      data: { ...wait },
    });
    this.wait = wait;
  }
}

/** What somebody is asked. */
export interface Question {
  /** Within its step. */
  readonly key: string;
  readonly asks: string;
  readonly who?: string;
  readonly answers: readonly string[];
  /** What they are to show for it; asked for beside the answer. */
  readonly evidence?: string;
}

const answersDir = 'answers';
const fileOf = (key: string): string => `${encodeURIComponent(key)}.json`;

/** Leaves an answer in a run's folder, where the run finds it, also when it is resumed later. A later answer replaces it until it was taken. */
export async function leaveAnswer(runDir: string, answer: Answer): Promise<void> {
  const dir = join(runDir, answersDir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, fileOf(answer.key));
  const handle = await open(`${path}.writing`, 'w', 0o600);
  await handle.writeFile(`${JSON.stringify(answer)}\n`);
  await handle.sync();
  await handle.close();
  await rename(`${path}.writing`, path);
}

export async function findAnswer(runDir: string, key: string): Promise<Answer | undefined> {
  const text = await readFile(join(runDir, answersDir, fileOf(key)), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Answer);
}

/** All that were left, whether taken or not. */
export async function leftAnswers(runDir: string): Promise<Answer[]> {
  const names = await readdir(join(runDir, answersDir)).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .map((name) => findAnswer(runDir, decodeURIComponent(name.slice(0, -5)))),
  );
  return found.filter((answer) => answer !== undefined);
}

/** Removes an answer that a step which is undone had: it is asked again when the step comes round again. */
export async function forgetAnswers(runDir: string, step: string): Promise<void> {
  for (const { key } of await leftAnswers(runDir))
    if (key.startsWith(`${step}/`)) await rm(join(runDir, answersDir, fileOf(key)), { force: true });
}
