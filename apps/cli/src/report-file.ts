import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { CutoverError, type Report, reportAsHtml, reportAsMarkdown } from '@cutover/core';

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
      await access(dirname(resolve(path)), constants.W_OK);
      if ((await stat(path).catch(() => undefined))?.isDirectory() === true)
        throw new Error('it is a folder');
    } catch (cause) {
      throw notWritten(path, cause);
    }
  }
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
