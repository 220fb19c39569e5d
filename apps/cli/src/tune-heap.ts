import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** What the young generation of this thread may take, both halves: more of it is not faster by what it takes. */
const youngBytes = 16 << 20;
/** The first version of Node whose V8 gives it 128 MB; before it was 32. */
const largeYoungSince = 24;

/**
 * Has V8 look for garbage early, for a command that makes a lot of it: what is alive is a tenth of what it lets the
 * heap grow to where a core is busy, and what was just made gets 128 MB in newer versions.
 */
export function tuneHeap(): void {
  setFlagsFromString('--heap-growing-percent=50');
  if (Number(process.versions.node.split('.')[0]) >= largeYoungSince) boundYoung();
}

/** While V8 runs only the growth of young generations can be set: this one is made to grow as far as it shall. */
function boundYoung(): void {
  const alive: object[] = [];
  for (let round = 0; round < 100 && youngSize() < youngBytes; round++)
    for (let i = 0; i < 10_000; i++) alive.push({ i });
  setFlagsFromString('--semi-space-growth-factor=1');
  // Those of other threads begin with what `resourceLimits` gives them.
  setFlagsFromString('--min-semi-space-size=16');
}

const youngSize = (): number =>
  getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? youngBytes;
