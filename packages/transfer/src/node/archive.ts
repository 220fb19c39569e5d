import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setImmediate as breathe } from 'node:timers/promises';
import { CutoverError, exitCodes } from '@cutover/core';
import { type Entry, entryLine } from '../tree/entry.ts';
import { absolute, rootOf, scanTree } from '../tree/scan.ts';

const tarBlock = 512;
/** tar ends with zeros, and fills up its last record. */
const perArchiveBytes = 64 * 1024;
const fileSystemBlock = 4096;
/** A name's keywords besides its path: times, sizes, and what a hole needs. */
const keywordBytes = 512;
const stderrKept = 2000;

/** What a move takes. */
export interface Need {
  /** The archive is not longer. */
  readonly bytes: number;
  /** What it unpacks to takes no more of a disk. */
  readonly treeBytes: number;
  readonly names: number;
}

/** Of names, where a sender does not say how many there are. */
export const unsaid = Number.MAX_SAFE_INTEGER;

export interface Measured extends Need {
  /** Of every name, time, size: another one tells that the folder changed. */
  readonly fingerprint: string;
}

/** Looks at every name of a folder. Throws CutoverError `special-file`, `source-unreadable`. */
export async function measure(folder: string): Promise<Measured> {
  const hash = createHash('sha256');
  const root = rootOf(folder);
  let [bytes, treeBytes, names] = [perArchiveBytes, fileSystemBlock, 1];
  for (const entry of scanTree(folder)) {
    hash.update(`${entryLine(entry)}\n`);
    const content = entry.sparse ? onDisk(root, entry) : entry.sizeBytes;
    bytes += headersOf(entry) + rounded(content, tarBlock);
    treeBytes += rounded(content, fileSystemBlock) + (entry.type === 'd' ? fileSystemBlock : 0);
    if (++names % 1000 === 0) await breathe();
  }
  return { bytes, treeBytes, names, fingerprint: hash.digest('hex') };
}

const rounded = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;

/** What tar puts before a name's content: the header, and an extended one with its own. */
const headersOf = ({ path, link }: Entry): number =>
  2 * tarBlock + rounded(2 * (path.length + link.length) + keywordBytes, tarBlock);

/** Of a file with holes, and of tar's map of them. */
function onDisk(root: Buffer, { path, sizeBytes }: Entry): number {
  const blocks = (lstatSync(absolute(root, path), { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  return Math.min(sizeBytes, blocks) + rounded(blocks / 64, fileSystemBlock);
}

export interface Packing {
  readonly output: Readable;
  /** Rejects with CutoverError `archive-failed`. */
  readonly ended: Promise<void>;
  stop(): void;
}

/**
 * GNU tar: names of any bytes, links, modes, owners, times to the nanosecond, holes. Of a folder that does not change
 * it is the same archive each time, byte for byte, which is what going on in the middle of it rests on.
 */
export function pack(folder: string): Packing {
  const child = spawn(
    'tar',
    [
      ...['--create', '--format=posix', '--sparse', '--numeric-owner', '--sort=name'],
      // By default these hold the number of the process and the time of the last reading.
      '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
      ...['--file=-', `--directory=${folder}`, '.'],
    ],
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

/** `-rw-r--r-- 0/0  12 2026-11-21 18:00:00 ./name`; of a device two numbers stand for the size. */
const listed = /^(.)\S* +\S+ +\S+ +\S+ +\S+ (.*)$/;

/**
 * Looks at the headers of an archive file before anything of it is unpacked.
 *
 * @throws CutoverError `archive-failed` where it is no archive or a name leads out of the folder, `special-file` for
 *   devices and pipes, `archive-too-large` for more names than were announced
 */
export async function checkArchive(path: string, most: number): Promise<void> {
  const child = spawn(
    'tar',
    ['--list', '--verbose', '--numeric-owner', '--full-time', '--quoting-style=escape', `--file=${path}`],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...environment(), TZ: 'UTC' } },
  );
  const ended = endOf(child, 'read');
  try {
    let names = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      const [, type = '', rest = ''] = listed.exec(line) ?? [];
      if (!'-dlhCS'.includes(type) || type === '')
        throw new CutoverError('special-file', `the archive holds what is no file, folder or link: ${line}`, {
          next: 'remove it at the source, clean up what has come, and start the move again',
        });
      const name = type === 'l' ? rest.split(' -> ', 1)[0]! : rest;
      if (name.startsWith('/') || /(^|\/)\.\.(\/|$)/.test(name))
        throw new CutoverError('archive-failed', `the archive holds a name that leaves the folder: ${name}`, {
          next: 'do not trust what is sending; clean up what has come',
        });
      if (++names > most)
        throw new CutoverError('archive-too-large', `the archive holds more than ${most} names`, {
          next: 'look at the sender: it announced fewer; clean up what has come',
        });
    }
    await ended;
  } finally {
    child.kill('SIGKILL');
  }
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
      next: 'make room on the destination, and start the move again: it goes on where it stopped',
    });
  return new CutoverError('archive-failed', `the archive could not be ${what}: ${lines[0] || how}`, {
    next: 'mend what tar names, and start the move again',
    exitCode: exitCodes.stoppedByFault,
  });
}
