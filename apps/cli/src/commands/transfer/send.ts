import { join, resolve } from 'node:path';
import { CutoverError, duration, exitCodes } from '@cutover/core';
import { type MoveStatus, readHooks, sendMove, type SendOptions } from '@cutover/transfer';
import { Command, Option } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { count, type Output } from '../../output.ts';
import { stopOnSignals } from '../../signals.ts';
import {
  byteCount,
  reach,
  type ReachOptions,
  wholeNumber,
  withReachOptions,
} from '../../transfer-options.ts';
import { version } from '../../version.ts';
import { oneLine } from './status.ts';

interface SendCommandOptions extends CommonOptions, ReachOptions {
  readonly from: string;
  readonly exclude?: string[];
  readonly empty?: string[];
  readonly hooks?: string;
  readonly atRest?: boolean;
  readonly passes: number;
  readonly pause: number;
  readonly sleep: boolean;
  readonly watch: number;
  readonly replace?: boolean;
  readonly generations: number;
  readonly bandwidth?: number;
  readonly compression: 'auto' | 'always' | 'never';
  readonly staged?: boolean;
  readonly spool?: string;
  readonly retryFor: number;
  readonly afterwards: 'leave' | 'unlock' | 'archive';
}

export function sendCommand(finish: Finish): Command {
  return withReachOptions(
    withCommonOptions(
      new Command('send').description(
        'Move a folder to another host over SSH. Passes while the source runs, then it is locked, watched, sent once more, and every file is read again at both ends; only then the destination puts it in place. The same command again goes on where it stopped.',
      ),
    ),
  )
    .requiredOption('--from <dir>', 'folder that is moved')
    .requiredOption('--to <url>', 'destination and name there: ssh://user@host:port/name')
    .option('--exclude <path...>', 'leave out this name of the folder, with all that is in it')
    .option(
      '--empty <path...>',
      'take this folder without what is in it: queues and caches are started clean',
    )
    .option('--hooks <file>', 'JSON: how the source is locked, unlocked, and seen to be locked')
    .option('--at-rest', 'nobody writes to the source: no hooks are needed')
    .option('--passes <n>', 'at most, while the source runs', wholeNumber, 3)
    .option('--pause <seconds>', 'between passes', wholeNumber, 30)
    .option('--no-sleep', 'no pause between passes')
    .option('--watch <seconds>', 'how long the lockdown is watched before the last pass', wholeNumber, 160)
    .option('--replace', 'the destination may have a folder of that name; it is kept as a generation')
    .option('--generations <n>', 'replaced folders that stay on the destination', wholeNumber, 1)
    .option('--bandwidth <bytes>', 'bytes a second at most, like 20M', byteCount)
    .addOption(
      new Option('--compression <when>', 'auto: where the link, measured, is slower than compressing')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--staged', 'write each pass into stream files first, copy these, then have them received')
    .option('--spool <dir>', 'where stream files are written; <state-dir>/spool by default')
    .option('--retry-for <seconds>', 'a lost connection is tried again for so long', wholeNumber, 600)
    .addOption(
      new Option('--afterwards <what>', 'what becomes of the source once the destination has it')
        .choices(['leave', 'unlock', 'archive'])
        .default('leave'),
    )
    .action((options: SendCommandOptions) => finish(send(options)));
}

async function send(options: SendCommandOptions): Promise<number> {
  const out = outputOf(options);
  if ((options.hooks === undefined) === (options.atRest !== true))
    throw new CutoverError(
      'source-lock',
      'it was not said how the source is kept from changing in the last pass',
      {
        next: 'give --hooks FILE, or --at-rest where nobody writes to it; not both',
        exitCode: exitCodes.usage,
      },
    );
  if (options.spool !== undefined && options.staged !== true)
    throw new CutoverError('spool', '--spool is for stream files, and without --staged there are none', {
      next: 'give --staged, too, or leave --spool out',
      exitCode: exitCodes.usage,
    });
  const hooks = options.hooks === undefined ? undefined : await readHooks(options.hooks);
  const { openWire, site } = await reach(options);
  const started = performance.now();
  const sent = await sendMove({
    ...optionsOf(options),
    openWire,
    site,
    ...(hooks === undefined ? {} : { hooks }),
    onStatus: printer(out),
    onNote: (text) => out.note(text),
    onRun: (control) => stopOnSignals(control, out),
  });
  out.line(`${out.paint('holds', 'moved')} to ${sent.destination.host}:${sent.path}`);
  out.line(
    `  ${count(sent.entries)} names, ${count(sent.bytes)} bytes; every file was read again at both ends`,
  );
  out.line(`  sha256 of the tree ${sent.digest}`);
  out.line(
    `  ${count(sent.sentFiles)} files with ${count(sent.sentBytes)} bytes were sent in ${sent.passes} passes, ${duration(performance.now() - started)}`,
  );
  out.line(
    `  ${count(sent.wireBytes)} bytes went over the connection, ${sent.compressed ? 'compressed' : 'not compressed'}${sent.linkRate === null ? '' : `: it takes ${count(sent.linkRate)} a second`}`,
  );
  if (sent.replaced !== null) out.line(`  what was there is at ${sent.replaced}`);
  if (sent.archived !== null) out.line(`  the source is at ${sent.archived}`);
  out.document({ command: 'transfer send', outcome: 'holds', ...sent });
  return exitCodes.holds;
}

function optionsOf(options: SendCommandOptions): Omit<SendOptions, 'openWire' | 'site'> {
  return {
    from: resolve(options.from),
    to: options.to,
    stateDir: resolve(options.stateDir),
    version,
    exclude: options.exclude ?? [],
    empty: options.empty ?? [],
    passes: options.passes,
    pauseMs: options.sleep ? options.pause * 1000 : 0,
    watchMs: options.watch * 1000,
    replace: options.replace === true,
    generations: options.generations,
    retryForMs: options.retryFor * 1000,
    afterwards: options.afterwards,
    compression: options.compression,
    ...(options.staged === true
      ? { spoolDir: resolve(options.spool ?? join(options.stateDir, 'spool')) }
      : {}),
    ...(options.bandwidth === undefined ? {} : { bytesPerSecond: options.bandwidth }),
  };
}

const everyMs = 5000;

/** A line when it does something else, and every few seconds. */
function printer(out: Output): (status: Omit<MoveStatus, 'runId' | 'startedAt' | 'updatedAt'>) => void {
  let last = { phase: '', pass: -1, ms: 0 };
  return (status) => {
    if (status.status !== 'running') return;
    const now = performance.now();
    if (status.phase === last.phase && status.pass === last.pass && now - last.ms < everyMs) return;
    last = { phase: status.phase, pass: status.pass, ms: now };
    out.note(out.options.logFormat === 'json' ? JSON.stringify(status) : oneLine(status));
  };
}
