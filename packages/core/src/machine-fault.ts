import { messageOf } from './error.ts';

/** What a machine refuses whoever asks, as a code and the first half of what to do. */
export interface MachineFault {
  readonly code: string;
  readonly next: string;
}

const faults: Readonly<Record<string, MachineFault>> = {
  ENOSPC: { code: 'disk-full', next: 'make space' },
  EDQUOT: { code: 'disk-full', next: 'make space, or raise the quota' },
  SQLITE_FULL: { code: 'disk-full', next: 'make space' },
  EROFS: { code: 'disk-read-only', next: 'mount it for writing' },
  EIO: { code: 'disk-faulty', next: 'look at the disk' },
  EMFILE: { code: 'files-open', next: 'raise the number of files that may be open (ulimit -n)' },
  ENFILE: { code: 'files-open', next: 'raise the number of files that may be open' },
};

/** By the system's code (errno(3)) of what was thrown; undefined where it is no fault of the machine. */
export function machineFaultOf(thrown: unknown): MachineFault | undefined {
  // Some libraries give the system's words, and a number that is theirs.
  if (/no space left on device/i.test(messageOf(thrown))) return faults['ENOSPC'];
  const { code } = (thrown ?? {}) as { code?: unknown };
  return typeof code === 'string' && Object.hasOwn(faults, code) ? faults[code] : undefined;
}
