import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Addressee, Message } from './message.ts';

/** How many mails are shown before any is sent. */
export const sampleSize = 10;

/** Ten recipients spread evenly over all, the first and the last among them; the same ones each time. */
export function sampleOf(recipients: readonly Addressee[]): Addressee[] {
  const size = Math.min(sampleSize, recipients.length);
  const step = size < 2 ? 0 : (recipients.length - 1) / (size - 1);
  return Array.from({ length: size }, (_, index) => recipients[Math.round(index * step)]!);
}

/** Writes mails as files to look at, readable by their owner alone, in place of those of an earlier look. */
export async function writePreviews(
  dir: string,
  sample: readonly Addressee[],
  render: (person: Addressee) => Message,
): Promise<{ readonly person: string; readonly html: string; readonly text: string }[]> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const previews = [];
  for (const [index, person] of sample.entries()) {
    const { html, text, subject, to } = render(person);
    const base = resolve(join(dir, String(index + 1).padStart(2, '0')));
    await writeFile(`${base}.html`, html, { mode: 0o600 });
    await writeFile(`${base}.txt`, `To: ${to.join(', ')}\nSubject: ${subject}\n\n${text}`, { mode: 0o600 });
    previews.push({ person: person.id, html: `${base}.html`, text: `${base}.txt` });
  }
  return previews;
}
