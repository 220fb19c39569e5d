import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { setImmediate as breathe } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { entryLine } from '../tree/entry.ts';
import { scanTree } from '../tree/scan.ts';

/** What tar may add to a name: its header, padding, and extended headers with the name once more. */
const perNameBytes = 4096;
const perArchiveBytes = 1024 * 1024;
const stderrKept = 2000;

export interface Measured {
  /** The archive is not longer. */
  readonly bytes: number;
  readonly names: number;
  /** Of every name, time, size: another one tells that the folder changed. */
  readonly fingerprint: string;
}

/** Looks at every name of a folder. Throws CutoverError `special-file`, `source-unreadable`. */
export async function measure(folder: string): Promise<Measured> {
  const hash = createHash('sha256');
  let [bytes, names] = [perArchiveBytes, 0];
  for (const entry of scanTree(folder)) {
    hash.update(`${entryLine(entry)}\n`);
    bytes += perNameBytes + 2 * (entry.path.length + entry.link.length) + entry.sizeBytes;
    if (++names % 1000 === 0) await breathe();
  }
  return { bytes, names, fingerprint: hash.digest('hex') };
}

export interface Packing {
  readonly output: Readable;
  /** Rejects with CutoverError `archive-failed`. */
  readonly ended: Promise<void>;
  stop(): void;
}

/** GNU tar: names of any bytes, links, modes, owners, times to the nanosecond, holes. Not compressed: no bombs. */
export function pack(folder: string): Packing {
  const child = spawn(
    'tar',
    ['--create', '--format=posix', '--sparse', '--numeric-owner', '--file=-', `--directory=${folder}`, '.'],
    { stdio: ['ignore', 'pipe', 'pipe'], env: environment() },
  );
  return { output: child.stdout, ended: endOf(child, 'packed'), stop: () => void child.kill('SIGKILL') };
}

export interface Unpacking {
  readonly input: Writable;
  readonly ended: Promise<void>;
  stop(): void;
}

/** Below a folder that nobody else sees. tar takes no name that leaves it and follows no link that it made. */
export function unpack(folder: string): Unpacking {
  const child = spawn(
    'tar',
    [
      ...['--extract', '--file=-', '--preserve-permissions', '--numeric-owner', '--delay-directory-restore'],
      `--directory=${folder}`,
    ],
    { stdio: ['pipe', 'ignore', 'pipe'], env: environment() },
  );
  // That it stopped reading is told by its end.
  child.stdin.on('error', () => undefined);
  return { input: child.stdin, ended: endOf(child, 'unpacked'), stop: () => void child.kill('SIGKILL') };
}

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], LC_ALL: 'C' });

function endOf(child: ChildProcess, what: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-stderrKept)));
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => reject(failed(what, cause.message)));
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(failed(what, said.trim(), signal ?? `exit ${code}`)),
    );
  });
  // Whoever waits for it may be late.
  ended.catch(() => undefined);
  return ended;
}

function failed(what: string, said: string, how = ''): CutoverError {
  const lines = said.split('\n');
  const full = lines.find((line) => /No space left on device|Disk quota exceeded/.test(line));
  if (full !== undefined)
    return new CutoverError('disk-full', `the disk is full: ${full}`, {
      next: 'make room, clean up what has come, and start the move again',
    });
  return new CutoverError('archive-failed', `the archive could not be ${what}: ${lines[0] || how}`, {
    next: 'mend what tar names, and start the move again',
    exitCode: exitCodes.stoppedByFault,
  });
}
