/**
 * A process that changes records and says what it did. Arguments: URL, name, seed, changes. Settings of the
 * bucket come as JSON in WRITER_S3. Every change adds one to a field of its own and one to a field that all
 * writers share; a line `<id>` is printed once the store has taken it, and `refused <n>` at the end.
 */
import { openPrivateStore, type S3Settings } from '../../src/index.ts';

const [url, name, seed, changes] = process.argv.slice(2) as [string, string, string, string];
const s3 = JSON.parse(process.env['WRITER_S3'] ?? '{}') as S3Settings;
const store = await openPrivateStore(url, { s3 });

let state = Number(seed);
const random = (below: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};

for (let i = 0; i < Number(changes); i++) {
  const id = random(2) === 0 ? `shared-${random(5)}` : `${name}-${random(20)}`;
  await store.update('profiles', id, (now) => ({
    ...now,
    id,
    [name]: Number(now?.[name] ?? 0) + 1,
    all: Number(now?.['all'] ?? 0) + 1,
  }));
  process.stdout.write(`${id}\n`);
}
process.stdout.write(`refused ${store.refusedWrites}\n`);
