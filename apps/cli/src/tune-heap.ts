import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** What the young generation of this thread may take, both of its halves: more of it was never faster. */
const youngBytes = 16 << 20;
/** What a half of it in another thread begins with, in MB, as none grows any more; `resourceLimits` may make it less. */
const youngMbOfThreads = 4;

/**
 * Has V8 look for garbage early, for a command that makes a lot of it: what is alive is a tenth of what it lets the
 * heap grow to where a core is busy, and from Node 24 on it gives 128 MB to what was just made. Only what a
 * young generation grows by can be set while V8 runs, so it is made to grow until it is large enough.
 */
export function tuneHeap(): void {
  setFlagsFromString('--heap-growing-percent=50');
  const alive: object[] = [];
  for (let round = 0; round < 100 && youngSize() < youngBytes; round++)
    for (let i = 0; i < 10_000; i++) alive.push({ i });
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString(`--min-semi-space-size=${youngMbOfThreads}`);
}

const youngSize = (): number =>
  getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? youngBytes;
