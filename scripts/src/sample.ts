import { createWriteStream } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import type { Maker } from './sample/makers/maker.ts';
import { defaultOptions, plantedRows, type SampleOptions } from './sample/plan.ts';
import { makers, writeSample } from './sample/write-sample.ts';

const help = `Writes a made-up laddr dump, byte for byte as a dump program would.

  npm run sample -- [--people ${defaultOptions.people}] [--seed ${defaultOptions.seed}] [--maker mariadb-dump|mysqldump]
                    [--table-name tag_items|tag_assignments] [--out FILE]

--people counts all rows of the table people; at least ${plantedRows('people').length} awkward ones are always there.
Without --out the dump goes to standard output. The same arguments give the same bytes.
`;

export interface SampleArguments {
  readonly options: SampleOptions;
  readonly maker: Maker;
  readonly out: string | undefined;
}

/** Reads the command line. Throws CutoverError `usage` for anything it does not know. */
export function parseSampleArguments(args: readonly string[]): SampleArguments | 'help' {
  const values = readArguments(args);
  if (values.help === true) return 'help';
  const maker = makers[values.maker ?? 'mariadb-dump'];
  if (maker === undefined)
    throw usage(`--maker ${values.maker} is none of ${Object.keys(makers).join(', ')}`);
  const tableName = values['table-name'] ?? defaultOptions.tableName;
  if (tableName !== 'tag_items' && tableName !== 'tag_assignments') {
    throw usage(`--table-name ${tableName} is neither tag_items nor tag_assignments`);
  }
  const options = {
    people: wholeNumber('people', values.people, defaultOptions.people),
    seed: wholeNumber('seed', values.seed, defaultOptions.seed),
    tableName,
  } as const;
  return { options, maker, out: values.out };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        people: { type: 'string' },
        seed: { type: 'string' },
        maker: { type: 'string' },
        'table-name': { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw usage(messageOf(cause), cause);
  }
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 2_000_000_000)
    throw usage(`--${name} ${text} is no whole number up to 2,000,000,000`);
  return number;
}

function usage(message: string, cause?: unknown): CutoverError {
  return new CutoverError('usage', message, {
    next: 'npm run sample -- --help',
    exitCode: exitCodes.usage,
    ...(cause === undefined ? {} : { cause }),
  });
}

async function main(): Promise<void> {
  const parsed = parseSampleArguments(process.argv.slice(2));
  if (parsed === 'help') {
    process.stdout.write(help);
    return;
  }
  const { options, maker, out } = parsed;
  try {
    await writeSample(out === undefined ? process.stdout : createWriteStream(out), options, maker);
  } catch (cause) {
    if (out === undefined && (cause as NodeJS.ErrnoException).code === 'EPIPE') return;
    throw new CutoverError('cannot-write', `the dump cannot be written: ${messageOf(cause)}`, {
      next: 'give a file that can be written: --out FILE',
      exitCode: exitCodes.stoppedByFault,
      cause,
    });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof CutoverError)) throw error;
    process.stderr.write(`${error.message}\n${error.next}\n`);
    process.exitCode = error.exitCode;
  }
}
