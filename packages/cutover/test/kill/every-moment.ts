/**
 * `npm run kill:plan [-- run|back] [--jobs N] [--every N]`: kills a run of the plan, and its way back, before and after
 * every line of its journal, which is before and after every effect too, goes on with each, and looks whether the same
 * came of it. Exit 1 where anything differs.
 */
import { parseArgs } from 'node:util';
import { goWhole, type Killed, killAt, type Way } from './kill-at.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: 'string', default: '2' }, every: { type: 'string', default: '1' } },
});
const ways: readonly Way[] = positionals.length === 0 ? ['run', 'back'] : (positionals as Way[]);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

let bad = 0;
for (const way of ways) bad += await everyMoment(way);
process.exit(bad === 0 ? 0 : 1);

async function everyMoment(way: Way): Promise<number> {
  const whole = await goWhole(way);
  const chosen = whole.moments.map((_, at) => at).filter((at) => at % Number(values.every) === 0);
  say(`${way}: ${chosen.length} of ${whole.moments.length} moments`);
  const all: Killed[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < chosen.length) {
      const killed = await killAt(whole, chosen[next++]!);
      all.push(killed);
      for (const fault of killed.faults) say(`  ${killed.moment}: ${fault}`);
      if (all.length % 20 === 0) say(`  ${all.length} done`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, one));
  const types = [...new Set(all.map(({ moment }) => kindOf(moment)))].sort();
  for (const type of types) {
    const of = all.filter(({ moment }) => kindOf(moment) === type);
    const same = of.filter(({ faults }) => faults.length === 0).length;
    const asked = of.filter((killed) => killed.asked.length > 0).length;
    say(
      `  ${type}: ${same} of ${of.length} came to the same${asked === 0 ? '' : `, ${asked} by asking a person`}`,
    );
  }
  return all.filter(({ faults }) => faults.length > 0).length;
}

function kindOf(moment: string): string {
  return moment.split(' ').slice(0, 2).join(' ');
}
