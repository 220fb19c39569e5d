import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { laddrTarget } from '@cutover/laddr';
import { describeWith, scratchDir, startBrowser } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { renderMessage, writePreviews } from '../src/index.ts';
import { secret } from './support/campaign.ts';
import { readPage } from './support/read-page.ts';

const templates = Object.entries(laddrTarget.mail!.templates);
const looks = ['light', 'dark'] as const;
/** A telephone, and a window. */
const widths = [360, 900];

/** Set to keep the pictures. */
const kept = process.env['CUTOVER_SCREENSHOTS'];

describeWith('browser', 'previews in a browser', () => {
  let scratch: Awaited<ReturnType<typeof scratchDir>>;
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  beforeAll(async () => {
    scratch = await scratchDir();
    browser = await startBrowser();
    if (kept !== undefined) await mkdir(kept, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await scratch.remove();
  });

  it.each(templates.flatMap(([name, template]) => looks.map((look) => ({ name, template, look }))))(
    '$name can be read, $look, on a telephone and in a window, with and without a name',
    async ({ name, template, look }) => {
      const campaign = {
        name,
        template,
        from: 'a@example.org',
        site: 'https://example.org',
        secret,
        claimUntil: '2026-03-01T00:00:00.000Z',
      };
      const people = [undefined, 'Wolfeschlegelsteinhausenbergerdorff', '<b>李&'].map((called, i) => ({
        id: `p${i}`,
        address: `a${i}@example.org`,
        name: called,
      }));
      const files = await writePreviews(join(scratch.dir, name, look), people, (person) =>
        renderMessage(campaign, person),
      );
      const background: number[] = [];
      for (const [index, { html }] of files.entries()) {
        for (const width of widths) {
          const page = await browser.newPage({ colorScheme: look, viewport: { width, height: 800 } });
          const asked: string[] = [];
          page.on('request', (request) => asked.push(request.url()));
          await page.goto(pathToFileURL(html).href);
          const facts = await page.evaluate(readPage);
          // Nothing is fetched: no picture that tells who opened the mail.
          expect(asked).toEqual([pathToFileURL(html).href]);
          expect(facts.overflow).toBe(false);
          expect(facts.texts.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
          expect(facts.button).toMatchObject({ inView: true });
          expect(facts.button.height).toBeGreaterThanOrEqual(44);
          background.push(facts.background);
          const path = join(kept ?? scratch.dir, `${name}-${look}-${width}-${index}.png`);
          await page.screenshot({ path, fullPage: true });
          expect((await readFile(path)).length).toBeGreaterThan(5000);
          await page.close();
        }
      }
      for (const one of background) expect(look === 'dark' ? one < 0.1 : one > 0.8).toBe(true);
    },
  );
});
