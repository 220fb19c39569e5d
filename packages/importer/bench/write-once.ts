import { laddr } from '@cutover/laddr';
import { openPublicStore, parseRecord } from '@cutover/stores';
import { madeRecords } from './made-records.ts';

/** One measured process of the write benchmark: `make|write|read <repository> <count|tree> <jobs> <compression>`. */
const [what, dir, argument, jobs, compression] = process.argv.slice(2) as [
  string,
  string,
  string,
  string?,
  string?,
];

const say = (answer: string | number): void => void process.stdout.write(`${answer}\n`);

if (what === 'make') {
  let bytes = 0;
  for (const [, text] of madeRecords(Number(argument))) bytes += text.length;
  say(bytes);
} else if (what === 'write') {
  const store = await openPublicStore(dir);
  const writer = await store.writeTree({
    jobs: Number(jobs),
    compression: compression === 'stored' ? 'stored' : 'default',
  });
  for (const [path, text] of madeRecords(Number(argument)))
    if (writer.put(path, text)) await writer.drained();
  const tree = await writer.finish();
  process.stderr.write(`${Math.round(process.resourceUsage().maxRSS / 1024)} MB resident\n`);
  say(tree);
} else {
  const store = await openPublicStore(dir);
  const { schema } = laddr.target.sheets.find(({ name }) => name === 'people')!;
  let count = 0;
  for await (const { path, bytes } of store.readRecords(argument)) {
    schema.parse(parseRecord(path, bytes));
    count++;
  }
  say(count);
}
