import { duration, exitCodes } from '@cutover/core';
import { defaultWatchSeconds, type MoveStatus, sendMove } from '@cutover/transfer';
import { Command, Option } from 'commander';
import type { Finish } from '../../main.ts';
import { type CommonOptions, outputOf, withCommonOptions } from '../../options.ts';
import { count, type Output } from '../../output.ts';
import { stopOnSignals } from '../../signals.ts';
import { byteCount, moveBy, type MoveOptions, wholeNumber, withMoveOptions } from '../../transfer-options.ts';
import { version } from '../../version.ts';
import { oneLine } from './status.ts';

interface SendCommandOptions extends CommonOptions, MoveOptions {
  readonly passes: number;
  readonly pause: number;
  readonly sleep: boolean;
  readonly watch: number;
  readonly generations: number;
  readonly bandwidth?: number;
  readonly compression: 'auto' | 'always' | 'never';
  readonly retryFor: number;
  readonly afterwards: 'leave' | 'unlock' | 'archive';
  readonly stateDir: string;
}

export function sendCommand(finish: Finish): Command {
  return withMoveOptions(
    withCommonOptions(
      new Command('send').description(
        'Move a folder to another host over SSH. Passes while the source runs, then it is locked, watched, sent once more, and every file is read again at both ends; only then the destination puts it in place. The same command again goes on where it stopped.',
      ),
    ),
  )
    .option('--passes <n>', 'at most, while the source runs', wholeNumber, 3)
    .option('--pause <seconds>', 'between passes', wholeNumber, 30)
    .option('--no-sleep', 'no pause between passes')
    .option(
      '--watch <seconds>',
      'how long the lockdown is watched before the last pass',
      wholeNumber,
      defaultWatchSeconds,
    )
    .option('--generations <n>', 'replaced folders that stay on the destination', wholeNumber, 1)
    .option('--bandwidth <bytes>', 'bytes a second at most, like 20M', byteCount)
    .addOption(
      new Option('--compression <when>', 'auto: where the link, measured, is slower than compressing')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
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
  const move = await moveBy(options);
  const started = performance.now();
  const sent = await sendMove({
    ...move,
    ...wayOf(options),
    version,
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

function wayOf(options: SendCommandOptions) {
  return {
    passes: options.passes,
    pauseMs: options.sleep ? options.pause * 1000 : 0,
    watchMs: options.watch * 1000,
    generations: options.generations,
    retryForMs: options.retryFor * 1000,
    afterwards: options.afterwards,
    compression: options.compression,
    ...(options.bandwidth === undefined ? {} : { bytesPerSecond: options.bandwidth }),
  };
}

const everyMs = 5000;

/** A line when it does something else, and every few seconds. */
function printer(out: Output): (status: Omit<MoveStatus, 'runId' | 'startedAt' | 'updatedAt'>) => void {
  let last = { what: '', ms: 0 };
  return (status) => {
    if (status.status !== 'running') return;
    const now = performance.now();
    // Seconds that are counted down are the same thing done.
    const what = `${status.phase} ${status.doing.replaceAll(/\d+ s/g, '')}`;
    if (what === last.what && now - last.ms < everyMs) return;
    last = { what, ms: now };
    out.note(out.options.logFormat === 'json' ? JSON.stringify(status) : oneLine(status));
  };
}
