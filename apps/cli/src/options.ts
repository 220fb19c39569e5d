import { exitCodeMeanings } from '@cutover/core';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { environmentVariables } from './environment.ts';
import { Output } from './output.ts';

export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly logFormat: 'pretty' | 'json';
  readonly profile: string;
  readonly stateDir: string;
}

/** Options that every command takes, and the exit codes at the end of its help. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--json', 'one JSON document on stdout, progress on stderr')
    .option('--quiet', 'no progress')
    .addOption(
      new Option('--log-format <format>', 'progress for people or for machines')
        .choices(['pretty', 'json'])
        .default('pretty'),
    )
    .option(
      '--profile <name>',
      'what is known of the legacy system: a name, or a module that exports a profile',
      'laddr',
    )
    .option('--state-dir <dir>', 'where runs leave their journal and report', '.cutover')
    .addHelpText('after', ({ command }) => `${environmentLines(command)}\nExit codes:\n${exitCodeLines()}`)
    .showHelpAfterError('(add --help for what can be given)')
    .allowExcessArguments(false);
}

/** The variables that a command reads: those whose meaning names it, or one of its options. */
function environmentLines(command: Command): string {
  // `cutover node serve` is not `cutover serve`.
  const { parent } = command;
  const group = parent === null || parent.parent === null ? '' : `${parent.name()} `;
  const name = `\`cutover ${group}${command.name()}\``;
  const flags = command.options.map(({ long }) => long).filter((flag) => flag !== undefined);
  const isRead = (meaning: string): boolean =>
    meaning.includes(name) || flags.some((flag) => new RegExp(`${flag}(?![\\w-])`).test(meaning));
  const lines = Object.entries(environmentVariables)
    .filter(([, meaning]) => isRead(meaning))
    .map(([name, meaning]) => `  ${name}  ${meaning}\n`);
  return lines.length === 0 ? '' : `\nEnvironment:\n${lines.join('')}`;
}

function exitCodeLines(): string {
  return Object.entries(exitCodeMeanings)
    .map(([code, meaning]) => `  ${code.padStart(2)}  ${meaning}`)
    .join('\n');
}

export function outputOf(options: CommonOptions): Output {
  return new Output({
    json: options.json === true,
    quiet: options.quiet === true,
    logFormat: options.logFormat,
  });
}

/** What everything takes that makes an import. */
export const quarantineOption = [
  '--quarantine <file>',
  'quarantine of an earlier import in which rows were mended: read instead of those of the dump',
] as const;

/** Options of everything that reads dumps. */
export function withDumpOptions(command: Command): Command {
  return command
    .option('--lenient', 'go on past what can be passed without losing a row that is there, and say so')
    .option('--sql-mode <modes>', 'sql_mode of a dump that does not say it')
    .option('--charset <name>', 'charset of a dump that does not say it');
}

export interface DumpOptions {
  readonly lenient?: boolean;
  readonly sqlMode?: string;
  readonly charset?: string;
}

/** The dump options that were given, for readers that take absent for default. */
export function dumpOptionsOf(options: DumpOptions): {
  lenient: boolean;
  sqlMode?: string;
  charset?: string;
} {
  return {
    lenient: options.lenient === true,
    ...(options.sqlMode === undefined ? {} : { sqlMode: options.sqlMode }),
    ...(options.charset === undefined ? {} : { charset: options.charset }),
  };
}

/** Parses a count of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  }
  return value;
}

/** A number from 0, for commander. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

/** Parses a TCP port; 0 stands for any free one. */
export function port(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError('It must be a port from 0 to 65535.');
  return Number(text);
}

/** Parses an http(s) URL. */
export function httpUrl(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new InvalidArgumentError('It must be an http:// or https:// URL.');
  }
  return text;
}

/** Parses a point in time and gives it in UTC. */
export function moment(text: string): string {
  const time = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}(T|$)/.test(text) || Number.isNaN(time)) {
    throw new InvalidArgumentError('It must be a time like 2026-01-31T12:00:00Z.');
  }
  return new Date(time).toISOString().replace('.000Z', 'Z');
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Parses `90s`, `15m` or `1h`, from a tenth of a second to 30 days, in milliseconds. */
export function timeSpan(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text);
  const value = found === null ? 0 : Number(found[1]) * unitMs[found[2] as keyof typeof unitMs];
  if (value >= 100 && value <= 30 * 24 * 3_600_000) return value;
  throw new InvalidArgumentError('It must be a time such as 90s, 15m or 1h.');
}
