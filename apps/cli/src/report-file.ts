import { writeFile } from 'node:fs/promises';
import { CutoverError, type Report, reportAsMarkdown } from '@cutover/core';

/** Writes a report where the operator asked for it: Markdown for `.md`, JSON otherwise. */
export async function writeReport(path: string, report: Report): Promise<void> {
  const text = path.endsWith('.md') ? reportAsMarkdown(report) : `${JSON.stringify(report, null, 2)}\n`;
  try {
    await writeFile(path, text, { mode: 0o600 });
  } catch (cause) {
    throw new CutoverError('report-not-written', `the report cannot be written to ${path}`, {
      next: 'give --report a path in a folder that is there and can be written',
      cause,
    });
  }
}
