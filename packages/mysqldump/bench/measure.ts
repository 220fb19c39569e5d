import { spawnSync } from 'node:child_process';

export interface Timing {
  readonly seconds: number;
  /** Processor time of the process, all its threads: steadier than the clock where others use the machine. */
  readonly cpuSeconds?: number;
  /** As the process itself reports it. */
  readonly maxRssBytes?: number;
}

/** Wall-clock time of a process from start to end; its output is thrown away but for the last line. */
export function timed(command: string, args: readonly string[]): Timing {
  const started = process.hrtime.bigint();
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', '"$@" | tail -c 400; times', 'sh', command, ...args],
    {
      encoding: 'latin1',
      maxBuffer: 1 << 26,
    },
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  const memory = /"maxRssBytes":(\d+)/.exec(stdout);
  const times = [...(stdout.trimEnd().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const cpuSeconds = times.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  return { seconds, cpuSeconds, ...(memory === null ? {} : { maxRssBytes: Number(memory[1]) }) };
}

/** The same for a program that is no part of this repository: how many lines came out, whatever its exit code. */
export function timedLines(command: string, args: readonly string[]): Timing & { readonly lines: number } {
  const started = process.hrtime.bigint();
  const { stdout } = spawnSync('sh', ['-c', '"$@" 2>/dev/null | wc -l', 'sh', command, ...args], {
    encoding: 'latin1',
  });
  return { seconds: Number(process.hrtime.bigint() - started) / 1e9, lines: Number(stdout.trim()) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
