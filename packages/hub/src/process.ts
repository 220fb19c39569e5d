import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessId {
  readonly host: string;
  readonly pid: number;
  readonly began: string;
}

export const thisProcess = (): ProcessId => ({
  host: hostname(),
  pid: process.pid,
  began: beganAt(process.pid) ?? '',
});

/** Whether a process of this machine is still the one that was meant. */
export const isRunning = ({ pid, began }: Pick<ProcessId, 'pid' | 'began'>): boolean =>
  pid > 1 && beganAt(pid) === began;

/** Field 22 of /proc/<pid>/stat; undefined where there is no such process, or only what is left of one. */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
