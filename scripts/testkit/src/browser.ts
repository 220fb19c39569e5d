import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** The system's Chromium without a window; nothing is downloaded. */
export function startBrowser(): Promise<Browser> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin'];
  const executablePath = folders.map((folder) => join(folder, 'chromium')).find((path) => existsSync(path));
  // Tests may run as root, where Chromium has no sandbox.
  return chromium.launch({
    args: ['--no-sandbox'],
    ...(executablePath === undefined ? {} : { executablePath }),
  });
}
