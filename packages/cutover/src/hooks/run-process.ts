import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface ProcessInput {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd: string;
  readonly timeoutMs: number;
  /** Where its output goes, as it comes. */
  readonly logPath: string;
  /** Values that are never written down. */
  readonly secrets: readonly string[];
}

export interface ProcessEnd {
  /** Undefined where it was ended by a signal or could not be started. */
  readonly code: number | undefined;
  readonly timedOut: boolean;
  /** The last of its output. */
  readonly tail: string;
}

const tailLength = 2000;
const graceMs = 5000;

/**
 * Runs a program to its end or to its time limit, when it and all that it has started are ended: SIGTERM, and
 * SIGKILL five seconds later. Its output is kept with secrets taken out of it, line by line.
 */
export async function runProcess(input: ProcessInput): Promise<ProcessEnd> {
  await mkdir(dirname(input.logPath), { recursive: true, mode: 0o700 });
  const log = createWriteStream(input.logPath, { flags: 'a', mode: 0o600 });
  const [program, ...args] = input.command as [string, ...string[]];
  // A group of its own, so that what it starts ends with it.
  const child = spawn(program, args, {
    cwd: input.cwd,
    env: { ...input.env },
    stdio: 'pipe',
    detached: true,
  });
  const end = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It is gone already.
    }
  };
  const onExit = (): void => end('SIGKILL');
  process.once('exit', onExit);
  let tail = '';
  let timedOut = false;
  const write = redactor(input.secrets, (line) => {
    tail = (tail + line).slice(-tailLength);
    log.write(line);
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => write(chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input.stdin ?? '');
  let killer: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    timedOut = true;
    end('SIGTERM');
    killer = setTimeout(() => end('SIGKILL'), graceMs);
  }, input.timeoutMs);
  const code = await new Promise<number | undefined>((resolve) => {
    child.once('error', (error) => {
      write(`${error.message}\n`);
      resolve(undefined);
    });
    // Not `close`: what it left running in the background may hold its output open.
    child.once('exit', (status) => setTimeout(() => resolve(status ?? undefined), 20));
  });
  clearTimeout(timer);
  clearTimeout(killer);
  if (timedOut) end('SIGKILL');
  process.removeListener('exit', onExit);
  child.stdout.destroy();
  child.stderr.destroy();
  write(undefined);
  await new Promise<void>((resolve) => log.end(resolve));
  return { code, timedOut, tail: tail.trim() };
}

/** Whole lines with secrets taken out; undefined ends it. */
function redactor(
  secrets: readonly string[],
  take: (line: string) => void,
): (text: string | undefined) => void {
  let rest = '';
  const hide = (line: string): string =>
    secrets.filter((one) => one.length > 3).reduce((shown, one) => shown.replaceAll(one, '[secret]'), line);
  return (text) => {
    if (text === undefined) {
      if (rest !== '') take(hide(rest));
      return;
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) take(`${hide(line)}\n`);
  };
}
