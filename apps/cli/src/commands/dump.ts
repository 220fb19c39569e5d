import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buildReport, CutoverError, exitCodeOf, exitCodes } from '@cutover/core';
import {
  checkArchive,
  checkSource,
  deltaBetween,
  manifestPath,
  preflightSource,
  readManifest,
  type ServerAddress,
  shownAddress,
  sourceDetails,
  takeArchive,
} from '@cutover/livesource';
import { Command } from 'commander';
import { type LiveOptions, sourceLine, takeOptionsOf, withLiveOptions } from '../live-source.ts';
import type { Finish } from '../main.ts';
import { type CommonOptions, outputOf, positiveInteger, withCommonOptions } from '../options.ts';
import { count } from '../output.ts';
import { writeReport } from '../report-file.ts';
import { version } from '../version.ts';

interface DumpCommandOptions extends CommonOptions, LiveOptions {
  readonly out?: string;
  readonly preflight?: boolean;
  readonly overwrite?: boolean;
  readonly without?: string[];
  readonly level?: number;
  readonly verify: boolean;
  readonly report?: string;
}

export function dumpCommand(finish: Finish): Command {
  return withLiveOptions(
    withCommonOptions(
      new Command('dump').description(
        'Write a compressed dump of the legacy server as of one moment, with a manifest beside it. Reads only.\nThe mariadb client restores it: gunzip -c FILE | mariadb DATABASE',
      ),
    ),
  )
    .option('--out <file>', 'where the dump goes; its manifest goes to FILE.manifest.json')
    .option('--preflight', 'only see what the account may, and how the tables would be read')
    .option('--overwrite', 'replace a dump that is there')
    .option('--without <table...>', 'leave these tables out; the manifest says so')
    .option('--level <1-9>', 'how hard to compress', positiveInteger, 6)
    .option('--no-verify', 'do not read the dump back')
    .option('--password-from-stdin', 'read the password of --source from stdin')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: DumpCommandOptions) =>
      finish(options.preflight === true ? preflight(options) : dump(options)),
    );
}

async function preflight(options: DumpCommandOptions): Promise<number> {
  const output = outputOf(options);
  const startedAt = new Date().toISOString();
  const source = sourceOf(options);
  const { checks } = await preflightSource(source, await takeOptionsOf({ ...options, source }, '', output));
  const base = { toolVersion: version, command: 'dump', mode: 'preflight', startedAt, checks, tables: {} };
  const report = buildReport({ ...base, stepsNotExercised: [], details: { source: shownAddress(source) } });
  if (options.report !== undefined) await writeReport(options.report, report);
  for (const check of checks) output.check(check);
  const missing = checks.flatMap(({ evidence }) =>
    Object.entries((evidence['missing'] ?? {}) as Record<string, string>),
  );
  for (const [name, without] of missing) output.line(`  without ${name}: ${without}`);
  output.document(report);
  return report.outcome === 'fails' ? exitCodes.preflightFailed : exitCodeOf(report.outcome);
}

function sourceOf({ source }: DumpCommandOptions): ServerAddress {
  if (source !== undefined) return source;
  throw usage('source-missing', '--source was not given', 'give the legacy server with --source');
}

async function dump(options: DumpCommandOptions): Promise<number> {
  const output = outputOf(options);
  const startedAt = new Date().toISOString();
  const source = sourceOf(options);
  if (options.out === undefined)
    throw usage('dump-out', '--out was not given', 'say with --out where the dump goes');
  if (options.level !== undefined && options.level > 9)
    throw usage('dump-level', 'there is no such level', 'give --level 1 to 9');
  const out = resolve(options.out);
  const there = await stat(out).catch(() => undefined);
  if (there !== undefined && options.overwrite !== true)
    throw usage('dump-exists', `there is a file at ${options.out}`, 'give another --out, or --overwrite');
  const take = await takeOptionsOf({ ...options, source }, out, output);
  const before = options.since === undefined ? undefined : await readManifest(options.since);
  const manifest = await takeArchive({
    ...take,
    ...(options.level === undefined ? {} : { level: options.level }),
    ...(options.without === undefined ? {} : { without: options.without }),
  });
  const checks = [checkSource(manifest), ...(options.verify ? [await checkArchive(out, manifest)] : [])];
  const report = buildReport({
    toolVersion: version,
    command: 'dump',
    mode: 'report-only',
    startedAt,
    checks,
    tables: {},
    stepsNotExercised: [],
    details: {
      dump: out,
      manifest: manifestPath(out),
      source: sourceDetails(manifest),
      ...(before === undefined ? {} : { delta: deltaBetween(before, manifest) }),
    },
  });
  if (options.report !== undefined) await writeReport(options.report, report);
  for (const check of checks) output.check(check);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  output.line(`${count(rows)} rows of ${manifest.tables.length} tables; ${sourceLine(manifest)}`);
  if (before !== undefined)
    output.line(
      `${manifest.tables.filter(({ reused }) => !reused).length} tables were read, the rest is as it was`,
    );
  for (const missing of manifest.notIncluded) output.line(`  not in the dump: ${missing}`);
  output.line(`${options.out}  ${count(manifest.file.bytes)} bytes  sha256 ${manifest.file.sha256}`);
  output.document(report);
  return exitCodeOf(report.outcome);
}

function usage(code: string, message: string, next: string): CutoverError {
  return new CutoverError(code, message, { next, exitCode: exitCodes.usage });
}
