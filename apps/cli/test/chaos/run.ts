import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Phase, phases, KillRange } from './kill-import.ts';
import { seededRandom } from './random.ts';

/**
 * Kills imports, `--kills` of them, at least `--each` in every phase, and prints where they were when they died.
 * Ends with 1 and says what was wrong with the first after which anything was.
 */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    each: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});
const dir = await mkdtemp(join(tmpdir(), 'cutover-chaos-'));
const spread: Record<Phase | 'done', { fresh: number; after: number }> = Object.fromEntries(
  [...phases, 'done'].map((phase) => [phase, { fresh: 0, after: 0 }]),
) as never;
/** Stopped by hand, it says how far it came. */
let stopped = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));
const killsIn = (phase: Phase): number => spread[phase].fresh + spread[phase].after;
try {
  const range = new KillRange(dir, seededRandom(Number(values.seed)));
  await range.prepare();
  let kills = 0;
  for (let tries = 0; tries < 3 * Number(values.kills) && !stopped; tries++) {
    const fewest = phases.toSorted((a, b) => killsIn(a) - killsIn(b))[0]!;
    if (kills >= Number(values.kills) && killsIn(fewest) >= Number(values.each)) break;
    const { found, hadBefore } = await range.kill(fewest);
    spread[found][hadBefore ? 'after' : 'fresh']++;
    if (found !== 'done') kills++;
    process.stderr.write(`${kills} killed, the last one ${found}\n`);
  }
  process.stdout.write(`${kills} imports killed with SIGKILL (seed ${values.seed})\n`);
  for (const [phase, { fresh, after }] of Object.entries(spread))
    process.stdout.write(
      `${phase.padEnd(9)} ${fresh + after}: ${fresh} of a first import, ${after} of a later one\n`,
    );
  const few = phases.filter((phase) => killsIn(phase) < Number(values.each));
  if (few.length > 0) {
    process.stdout.write(`too few in ${few.join(', ')}\n`);
    process.exitCode = 1;
  }
} finally {
  await rm(dir, { recursive: true, force: true });
}
