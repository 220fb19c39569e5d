import { CutoverError, type ExitCode, exitCodes, machineFaultOf, messageOf, stackOf } from '@cutover/core';
import { Command, CommanderError } from 'commander';
import { Output } from './output.ts';
import { version } from './version.ts';

/** How a command hands its exit code back. */
export type Finish = (work: Promise<number>) => Promise<void>;

/** Makes a command; `part` is the word behind its name, for one that is made of several. */
type Make = (finish: Finish, part?: string) => Command | Promise<Command>;

/** Each command's module, loaded when it is asked for: most of a start is spent on what others need. */
const commands: Readonly<Record<string, () => Promise<Make>>> = {
  abort: async () => (await import('./commands/abort.ts')).abortCommand,
  'purge-passwords': async () => (await import('./commands/purge-passwords.ts')).purgePasswordsCommand,
  erase: async () => (await import('./commands/erase.ts')).eraseCommand,
  announce: async () => (await import('./commands/announce.ts')).announceCommand,
  'carry-back': async () => (await import('./commands/carry-back.ts')).carryBackCommand,
  coverage: async () => (await import('./commands/coverage.ts')).coverageCommand,
  drill: async () => (await import('./commands/drill.ts')).drillCommand,
  'dry-run': async () => (await import('./commands/dry-run.ts')).dryRunCommand,
  dump: async () => (await import('./commands/dump.ts')).dumpCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  ledger: async () => (await import('./commands/ledger.ts')).ledgerCommand,
  mailout: async () => (await import('./commands/mailout.ts')).mailoutCommand,
  merge: async () => (await import('./commands/merge.ts')).mergeCommand,
  preflight: async () => (await import('./commands/preflight.ts')).preflightCommand,
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  prune: async () => (await import('./commands/prune.ts')).pruneCommand,
  push: async () => (await import('./commands/push.ts')).pushCommand,
  private: async () => (await import('./commands/private.ts')).privateCommand,
  answer: async () => (await import('./commands/answer.ts')).answerCommand,
  panic: async () => (await import('./commands/flag.ts')).panicCommand,
  postpone: async () => (await import('./commands/flag.ts')).postponeCommand,
  resume: async () => (await import('./commands/resume.ts')).resumeCommand,
  rollback: async () => (await import('./commands/rollback.ts')).rollbackCommand,
  run: async () => (await import('./commands/run.ts')).runCommand,
  record: async () => (await import('./commands/record.ts')).recordCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  verify: async () => (await import('./commands/verify.ts')).verifyCommand,
  rows: async () => (await import('./commands/rows.ts')).rowsCommand,
  snapshot: async () => (await import('./commands/snapshot.ts')).snapshotCommand,
  transfer: async () => (await import('./commands/transfer.ts')).transferCommand,
  node: async () => (await import('./commands/node.ts')).nodeCommand,
  moves: async () => (await import('./commands/moves.ts')).movesCommand,
  worker: async () => (await import('./commands/worker.ts')).workerCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
};

/** The command line with the command of that name (and its part), or the whole of it where there is none. */
export async function program(finish: Finish, name?: string, part?: string): Promise<Command> {
  const root = new Command('cutover')
    .description('Moves a legacy MySQL application to a new home and proves that nothing was lost.')
    .version(version)
    .showHelpAfterError('(add --help for what can be given)');
  const one = name !== undefined && Object.hasOwn(commands, name) ? [commands[name]!] : undefined;
  const none = name === '--version' || name === '-V' ? [] : undefined;
  for (const load of one ?? none ?? Object.values(commands)) {
    root.addCommand(await (await load())(finish, part));
  }
  root.hook('preAction', async (_root, command) => {
    const options = command.opts();
    if (options['report'] !== undefined) await (await import('./report-file.ts')).assertReports(options);
  });
  return root;
}

/** Runs the command line; the exit code is that of the table in @cutover/core. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.holds;
  try {
    const root = await program(
      async (work) => {
        code = await work;
      },
      ...argv.slice(0, 2),
    );
    exitOverride(root);
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
  if (coded.exitCode === exitCodes.bug) process.stderr.write(`${stackOf(error) ?? ''}\n`);
  return coded.exitCode;
}

/** What a system refuses who asks, wherever it happens; all else that nobody has foreseen is a bug. */
const refusals: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'ENOTDIR']);

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
  const fault = machineFaultOf(error);
  if (fault !== undefined)
    return new CutoverError(fault.code, messageOf(error), {
      next: `${fault.next}, and run it again`,
      exitCode: exitCodes.stoppedByFault,
      cause: error,
    });
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (
    syscall !== undefined &&
    code !== undefined &&
    (refusals.has(code) || (syscall === 'mkdir' && code === 'ENOENT'))
  )
    return new CutoverError('system-refused', messageOf(error), {
      next: 'see to that path and its permissions, and run it again',
      exitCode: exitCodes.stoppedByFault,
      cause: error,
    });
  return new CutoverError('bug', messageOf(error), {
    next: 'this is a fault of ours: please report it with the command and this text',
    exitCode: exitCodes.bug,
    cause: error,
  });
}
