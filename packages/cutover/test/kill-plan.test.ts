import { beforeAll, describe, expect, it } from 'vitest';
import { goWhole, killAt, type Way, type Whole } from './kill/kill-at.ts';

/** Some of the moments; `npm run kill:plan` goes through all. */
const moments: Readonly<Record<Way, readonly string[]>> = {
  run: ['before effect-done 12-merge merge', 'before effect-done 19-flip flip'],
  back: ['before effect-done 10-import undo:put-back'],
};

describe.each(['run', 'back'] as const)('the plan of a cutover, killed on its way: %s', (way) => {
  let whole: Whole;
  beforeAll(async () => {
    whole = await goWhole(way);
  });

  it.each(moments[way])('%s', async (moment) => {
    const at = whole.moments.indexOf(moment);
    expect(at, `no such moment among ${whole.moments.join(', ')}`).not.toBe(-1);
    expect(await killAt(whole, at)).toMatchObject({ moment, faults: [] });
  });
});
