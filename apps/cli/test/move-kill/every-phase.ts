import { parseArgs } from 'node:util';
import { startPostgres } from '@cutover/testkit';
import { HubUnderKill } from './hub-under-kill.ts';
import { serveMoments, workerMoments } from './moments.ts';

/**
 * `npm run kill:moves [-- --rounds 3 --files --only text]`: moves through a hub with real nodes; at each phase in turn
 * the worker, and then `cutover moves serve`, is killed with -9 and started again. Each time the site must lie whole on
 * exactly one node, the move be done once, one report of success be counted, and nothing stay behind. With `--files`
 * the queue lies in files and not in PostgreSQL.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    files: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const server = values.files ? undefined : await startPostgres();
const hub = await HubUnderKill.start(await server?.createDatabase());
let failed = 0;
let made = 0;
try {
  for (let round = 0; round < Number(values.rounds); round++)
    for (const moment of [...workerMoments, ...serveMoments].filter(({ name }) =>
      name.includes(values.only),
    )) {
      const { state, attempts, answered, counted, faults } = await hub.kill(moment);
      made++;
      if (faults.length > 0) failed++;
      process.stdout.write(
        `${faults.length === 0 ? 'holds' : 'FAILS'}  ${moment.of.padEnd(6)}  ${moment.name.padEnd(46)} (${state}) · ${attempts} attempts · success answered ${answered}, counted ${counted}\n${faults.map((fault) => `    ${fault}\n`).join('')}`,
      );
    }
} finally {
  await hub.remove();
  await server?.stop();
}
process.stdout.write(failed === 0 && made > 0 ? `all ${made} hold\n` : `${failed} of ${made} fail\n`);
process.exitCode = failed === 0 && made > 0 ? 0 : 1;
