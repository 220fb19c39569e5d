import { CutoverError, type ExitCode, exitCodes, messageOf } from '@cutover/core';
import { Command, CommanderError } from 'commander';
import { dryRunCommand } from './commands/dry-run.ts';
import { dumpCommand } from './commands/dump.ts';
import { importCommand } from './commands/import.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { mergeCommand } from './commands/merge.ts';
import { privateCommand } from './commands/private.ts';
import { pruneCommand } from './commands/prune.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { rowsCommand } from './commands/rows.ts';
import { serveCommand } from './commands/serve.ts';
import { verifyCommand } from './commands/verify.ts';
import { Output } from './output.ts';
import { version } from './version.ts';

/** How a command hands its exit code back. */
export type Finish = (work: Promise<number>) => Promise<void>;

/** The whole command line, for the program and for tests. */
export function program(finish: Finish): Command {
  const root = new Command('cutover')
    .description('Moves a legacy MySQL application to a new home and proves that nothing was lost.')
    .version(version)
    .showHelpAfterError('(add --help for what can be given)');
  for (const make of [
    dryRunCommand,
    dumpCommand,
    importCommand,
    ledgerCommand,
    mergeCommand,
    reconcileCommand,
    pruneCommand,
    privateCommand,
    verifyCommand,
    rowsCommand,
    serveCommand,
  ]) {
    root.addCommand(make(finish));
  }
  return root;
}

/** Runs the command line; the exit code is that of the table in @cutover/core. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.holds;
  const root = program(async (work) => {
    code = await work;
  });
  exitOverride(root);
  try {
    await root.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return reportError(error, argv);
  }
}

function exitOverride(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) exitOverride(child);
}

function reportError(error: unknown, argv: readonly string[]): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.holds : exitCodes.usage;
  const output = new Output({ json: argv.includes('--json'), quiet: false, logFormat: 'pretty' });
  const coded = asCoded(error);
  output.error(coded);
  if (coded.exitCode === exitCodes.bug && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return coded.exitCode;
}

function asCoded(error: unknown): CutoverError {
  if (error instanceof CutoverError) return error;
  const other = error as { code?: unknown; next?: unknown; message?: unknown };
  if (typeof other.code === 'string' && typeof other.next === 'string') {
    // The dump reader stands alone and has an error class of its own with the same shape.
    return new CutoverError(other.code, messageOf(error), {
      next: other.next,
      exitCode: exitCodes.preflightFailed,
      cause: error,
    });
  }
  return new CutoverError('bug', messageOf(error), {
    next: 'this is a fault of ours: please report it with the command and this text',
    exitCode: exitCodes.bug,
    cause: error,
  });
}
