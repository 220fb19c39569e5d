import { readdirSync, readFileSync } from 'node:fs';

/** What Linux counts processor time in: hundredths of a second, on every machine that runs this. */
const ticksPerSecond = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  /** Of children that have ended and were waited for. */
  readonly childrenTicks: number;
}

function look(pid: string): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, user = 0, system = 0, childUser = 0, childSystem = 0] = [
      fields[1],
      ...fields.slice(11, 15),
    ];
    return { pid: Number(pid), parent, ticks: user + system, childrenTicks: childUser + childSystem };
  } catch {
    // It has ended.
    return undefined;
  }
}

/** Processes that this one began, and those that they began. */
function descendants(): { mine: Process[]; own: Process } {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => look(pid) ?? []);
  const mine = new Set([process.pid]);
  for (let before = 0; before < mine.size;) {
    before = mine.size;
    for (const { pid, parent } of all) if (mine.has(parent)) mine.add(pid);
  }
  const own = all.find(({ pid }) => pid === process.pid)!;
  return { mine: all.filter(({ pid }) => mine.has(pid) && pid !== process.pid), own };
}

/** Processor time in seconds of all that this process began, but not its own: both ends, ssh and sshd included. */
export function processorSeconds(): number {
  const { mine, own } = descendants();
  const ticks = mine.reduce((sum, one) => sum + one.ticks + one.childrenTicks, own.childrenTicks);
  return ticks / ticksPerSecond;
}

/** Highest resident memory, in MB, of a process among them whose command line has this in it. */
export function residentMost(part: string): number {
  let most = 0;
  for (const { pid } of descendants().mine) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').includes(part)) continue;
      const found = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      most = Math.max(most, Number(found?.[1] ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  }
  return most;
}
