import { readFile } from 'node:fs/promises';
import os from 'node:os';

/**
 * Who works on a run, as `run.pid` has it: the process's id in the first line, for people and `kill`; in the
 * second the machine, its start and the process's own. A number alone says little: after a restart, or on a machine
 * that the folder was copied to, another process has it.
 */
export async function workerLines(): Promise<string> {
  return `${process.pid}\n${os.hostname()} ${await startOf(process.pid)}\n`;
}

/** The id in the first line; 0 where there is none. */
export function pidOf(text: string): number {
  const pid = Number(text.split('\n', 1)[0]);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : 0;
}

/** Whether that process is still there. `elsewhere`: it was begun on another machine, which cannot be seen from here. */
export async function stateOfWorker(text: string): Promise<'there' | 'gone' | 'elsewhere'> {
  const pid = pidOf(text);
  if (pid === 0) return 'gone';
  const [host, start] = (text.split('\n')[1] ?? '').split(' ');
  if (host !== undefined && host !== '' && host !== os.hostname()) return 'elsewhere';
  if (!isAlive(pid)) return 'gone';
  if (start === undefined || start === '' || start === '-') return 'there';
  return start === (await startOf(pid)) ? 'there' : 'gone';
}

/** Start of the machine and, in its clock ticks, of the process; `-` where the system does not say. */
async function startOf(pid: number): Promise<string> {
  try {
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name before it may hold blanks and brackets; the start is the twentieth field after its last one.
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return '-';
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
