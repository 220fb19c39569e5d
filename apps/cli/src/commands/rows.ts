import { once } from 'node:events';
import { exitCodes } from '@cutover/core';
import { type DumpEvent, readDump, rowsAsNdjson } from '@cutover/mysqldump';
import { Command } from 'commander';
import { assertDumps } from '../dump-files.ts';
import type { Finish } from '../main.ts';
import {
  type CommonOptions,
  type DumpOptions,
  dumpOptionsOf,
  outputOf,
  withCommonOptions,
  withDumpOptions,
} from '../options.ts';

interface RowsOptions extends CommonOptions, DumpOptions {
  readonly dump: string[];
}

export function rowsCommand(finish: Finish): Command {
  return withDumpOptions(
    withCommonOptions(
      new Command('rows').description(
        'Every row of a dump as one line of JSON on stdout, with --json and without.',
      ),
    ),
  )
    .requiredOption(
      '--dump <file...>',
      'dump files in order, a directory of mydumper or --tab files, or - for stdin',
    )
    .action((options: RowsOptions) => finish(printRows(options)));
}

async function printRows(options: RowsOptions): Promise<number> {
  const out = outputOf(options);
  await assertDumps(options.dump);
  const source =
    options.dump.length === 1 && options.dump[0] === '-'
      ? process.stdin
      : options.dump.length === 1
        ? options.dump[0]!
        : options.dump;
  const events = readDump(source, dumpOptionsOf(options));
  const noted = async function* (): AsyncGenerator<DumpEvent> {
    for await (const event of events) {
      if (event.kind === 'note') out.note(`note ${event.note.code}: ${event.note.message}`);
      yield event;
    }
  };
  for await (const lines of rowsAsNdjson(noted())) {
    if (!process.stdout.write(lines)) await once(process.stdout, 'drain');
  }
  return exitCodes.holds;
}
