import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * `npm run bench -- import`: finished records into git and back (`write.ts`), then imports as whole processes
 * (`whole.ts`); `--only write` or `--only whole` makes one of them.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    records: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    people: { type: 'string', default: '10000,100000' },
  },
});
const parts: Record<string, string[]> = {
  write: ['--records', values.records, '--rounds', values.rounds],
  whole: ['--people', values.people],
};
if (values.only !== undefined && parts[values.only] === undefined) {
  process.stderr.write(`there is no part ${values.only}: name write or whole\n`);
  process.exit(64);
}
for (const [name, args] of Object.entries(parts)) {
  if (values.only !== undefined && values.only !== name) continue;
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 70);
}
