import { scratchDir } from '@cutover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Phase, KillRange } from './chaos/kill-import.ts';
import { seededRandom } from './chaos/random.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeAll(async () => {
  scratch = await scratchDir();
});
afterAll(() => scratch.remove());

/** A set small enough for every run, where something is half done; `npm run chaos` kills two hundred times. */
const halfDone: readonly Phase[] = ['mapping', 'past', 'moved'];

it('leaves the branch at the old commit or the new one when it is killed, and the next import succeeds', async () => {
  const range = new KillRange(scratch.dir, seededRandom(7));
  await range.prepare();
  const found: string[] = [];
  for (const phase of halfDone) found.push((await range.kill(phase)).found);
  // A phase of some milliseconds can be over before the kill comes: not all of them are.
  expect(found.filter((phase) => phase !== 'done').length).toBeGreaterThan(0);
});
