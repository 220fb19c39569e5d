import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CutoverError } from '@cutover/core';
import type { BootTarget } from '@cutover/cutover';

const bin = fileURLToPath(new URL('../bin/cutover.js', import.meta.url));
const bootTimeoutMs = 120_000;

/**
 * Boots the new system as a process of its own, as on the night, on a port that the system chooses.
 * Throws CutoverError `target-did-not-boot` with what the process said.
 */
export function bootProcess(profile: string): BootTarget {
  return async ({ publicDir, privateUrl, branch }) => {
    const args = ['serve', '--json', '--quiet', '--port', '0', '--profile', profile];
    const child = spawn(
      process.execPath,
      [bin, ...args, '--public', publicDir, '--private', privateUrl, '--branch', branch],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        // An interrupt at the terminal is for the run alone, which then stops the system that it booted.
        detached: true,
      },
    );
    // Not even a run that ends at once leaves a second system alive.
    process.once('exit', () => child.kill('SIGKILL'));
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-4000)));
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const stop = async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(timer);
    };
    const url = await Promise.race([
      readUrl(child.stdout),
      exited.then(() => undefined),
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), bootTimeoutMs).unref()),
    ]);
    if (url !== undefined) return { url, stop };
    await stop();
    throw new CutoverError(
      'target-did-not-boot',
      `the new system did not boot: ${errors.trim() || 'it said nothing'}`,
      {
        next: 'boot it by hand with `cutover serve` on the same stores and see what it says',
      },
    );
  };
}

/** The URL from the document that `serve --json` prints, which is the only thing it prints. */
async function readUrl(stdout: NodeJS.ReadableStream): Promise<string | undefined> {
  let text = '';
  for await (const line of createInterface({ input: stdout })) {
    text += line;
    try {
      return (JSON.parse(text) as { url?: string }).url;
    } catch {
      // The document goes on in the next line.
    }
  }
  return undefined;
}
