import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { CutoverError, exitCodes, type Report, reportAsHtml, reportAsMarkdown } from '@cutover/core';

const forms: Readonly<Record<string, (report: Report) => string>> = {
  '.md': reportAsMarkdown,
  '.html': reportAsHtml,
};

/** Writes a report where the operator asked for it: Markdown for `.md`, a page for `.html`, JSON otherwise. */
export async function writeReport(path: string, report: Report): Promise<void> {
  const form = forms[extname(path)] ?? ((whole) => `${JSON.stringify(whole, null, 2)}\n`);
  await writeForOwner(path, form(report));
}

/** Before hours go into what shall be written there. Throws CutoverError `report-not-written`. */
export async function assertWritable(...paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue;
    try {
      const there = await stat(path).catch(() => undefined);
      if (there?.isDirectory() === true) throw new Error('it is a folder');
      // A device may be written where its folder may not.
      await access(there === undefined ? dirname(resolve(path)) : path, constants.W_OK);
    } catch (cause) {
      throw notWritten(path, cause);
    }
  }
}

/**
 * Before a command begins: a report that cannot be written would be missed after hours, and one that is written over
 * what another option names would destroy it. Throws CutoverError `report-not-written` or `report-over-input`.
 */
export async function assertReports(options: Readonly<Record<string, unknown>>): Promise<void> {
  const { report: reports, ...others } = options;
  for (const report of pathsOf(reports)) {
    await assertWritable(report);
    const there = await stat(report).catch(() => undefined);
    if (there === undefined || there.isCharacterDevice()) continue;
    for (const [option, value] of Object.entries(others)) {
      for (const path of pathsOf(value)) {
        const other = await stat(path).catch(() => undefined);
        if (other?.ino === there.ino && other.dev === there.dev) throw overInput(report, option);
      }
    }
  }
}

const pathsOf = (value: unknown): string[] =>
  [value].flat().filter((one): one is string => typeof one === 'string' && !one.includes('\0'));

function overInput(report: string, option: string): CutoverError {
  const flag = option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return new CutoverError(
    'report-over-input',
    `${report} is what --${flag} names: the report would replace it`,
    {
      next: 'give another path with --report',
      exitCode: exitCodes.usage,
    },
  );
}

function notWritten(path: string, cause: unknown): CutoverError {
  return new CutoverError('report-not-written', `nothing can be written to ${path}`, {
    next: 'give a path in a folder that is there and can be written',
    cause,
  });
}

/** Throws CutoverError `report-not-written`. */
export async function writeForOwner(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600 });
  } catch (cause) {
    throw notWritten(path, cause);
  }
}
