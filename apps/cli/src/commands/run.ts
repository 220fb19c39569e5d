import { createInterface } from 'node:readline/promises';
import { resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import { Command } from 'commander';
import { daemonise } from '../daemon.ts';
import { type DriveOptions, driveRun } from '../drive-run.ts';
import type { Finish } from '../main.ts';
import { outputOf, withCommonOptions } from '../options.ts';
import type { LoadedSite } from '../run-site.ts';
import { withTellOptions } from '../webhook-options.ts';

interface RunOptions extends DriveOptions {
  readonly config: string;
  readonly unrehearsed?: boolean;
  readonly production?: string | true;
  readonly daemon?: boolean;
}

export function runCommand(finish: Finish): Command {
  return withDriveOptions(
    new Command('run').description(
      'Move for real, by the run file: the plan that was rehearsed, on the stores and servers themselves.\nIt stops where a check does not hold, where a person has to act and where a time has to come; cutover resume goes on.',
    ),
  )
    .requiredOption('--config <file>', 'the run file (TOML): source, stores, target, hooks, people')
    .option('--until <step>', 'go no further than this step of the plan')
    .option('--only <step>', 'go through this step alone; what it needs has to be done')
    .option('--unrehearsed', 'go although the plan has not held in two rehearsals; the report says so')
    .option(
      '--production [name]',
      'act on production; its name in the run file is typed at the terminal, or given here',
    )
    .action((options: RunOptions) => finish(run(options)));
}

/** What run and resume take alike. */
export function withDriveOptions(command: Command): Command {
  return withTellOptions(withCommonOptions(command))
    .option('--yes-to <step...>', 'agree to these irreversible steps, each by its name')
    .option('--wait', 'stay while it waits for persons and times, instead of ending with 7')
    .option('--daemon', 'go on in the background, waiting; pid and log lie in the run folder')
    .option('--report <file>', 'write the report there too: JSON, Markdown for .md, a page for .html');
}

async function run(options: RunOptions): Promise<number> {
  const stateDir = resolve(options.stateDir);
  const { readRunFile } = await import('@cutover/cutover');
  const file = await readRunFile(resolve(options.config));
  const unrehearsed = await notRehearsed(stateDir, options.unrehearsed === true);
  const production = await assertProduction(file, options.production);
  if (options.daemon === true) return daemonise(outputOf(options), { stateDir, name: file.name, production });
  return driveRun(options, {
    mode: 'real',
    command: 'run',
    title: 'The run',
    config: options.config,
    ...(unrehearsed === undefined ? {} : { unrehearsed }),
    before: (site) => Promise.resolve(assertWhole(site)),
  });
}

/** A real run needs its stores and its target before its preflight can tell what else is missing. */
function assertWhole({ file }: LoadedSite): void {
  const missing = [
    file.stores.public === undefined ? 'stores.public' : [],
    file.stores.private === undefined ? 'stores.private' : [],
    file.target.url === undefined ? 'target.url' : [],
  ].flat();
  if (missing.length === 0) return;
  throw new CutoverError('settings-missing', `the run file lacks ${missing.join(', ')}`, {
    next: 'add them; cutover preflight --config lists everything that is missing',
    data: { missing },
    exitCode: exitCodes.usage,
  });
}

async function notRehearsed(stateDir: string, anyway: boolean): Promise<string | undefined> {
  const { assertRehearsed } = await import('@cutover/cutover');
  try {
    await assertRehearsed(stateDir);
    return undefined;
  } catch (error) {
    if (!anyway || !(error instanceof CutoverError)) throw error;
    return error.message;
  }
}

/** What was typed at the terminal, if anything was. Throws CutoverError `production` unless it is the run file's name. */
export async function assertProduction(
  { name, environment }: { readonly name: string; readonly environment: string },
  given: string | true | undefined,
): Promise<string | undefined> {
  if (environment !== 'production') return undefined;
  let typed = given === true ? undefined : given;
  if (given === true && process.stdin.isTTY === true) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    typed = await lines.question(`This acts on production. Type its name (${name}) > `);
    lines.close();
  }
  if (typed?.trim() === name) return given === true ? name : undefined;
  throw new CutoverError('production', `${name} is production, and its name was not typed`, {
    next: `say --production, and type ${name} when asked; or --production '${name}' where there is no terminal`,
    exitCode: exitCodes.usage,
  });
}
