import { createReadStream } from 'node:fs';
import { laddr } from '@cutover/laddr';
import { openPublicStore, parseRecord } from '@cutover/stores';

/** One measured process of the write benchmark: `write|read <repository> <stream|tree> <jobs> <compression>`. */
const [what, dir, argument, jobs, compression] = process.argv.slice(2) as [
  string,
  string,
  string,
  string?,
  string?,
];

const say = (answer: string | number): void => void process.stdout.write(`${answer}\n`);

/** Files of the stream that `git fast-import` is fed, so that both read the same. */
async function* finishedRecords(
  stream: string,
): AsyncGenerator<(readonly [path: string, content: Buffer])[]> {
  const start = Buffer.from('M 100644 inline ');
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(stream, { highWaterMark: 1 << 20 })) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    const files: (readonly [string, Buffer])[] = [];
    let at = bytes.indexOf(start);
    let done = 0;
    while (at !== -1) {
      const pathEnd = bytes.indexOf(10, at);
      const sizeEnd = pathEnd === -1 ? -1 : bytes.indexOf(10, pathEnd + 1);
      if (sizeEnd === -1) break;
      const size = Number(bytes.toString('latin1', pathEnd + 'data '.length + 1, sizeEnd));
      const end = sizeEnd + 1 + size;
      if (end + 1 > bytes.length) break;
      files.push([bytes.toString('utf8', at + start.length, pathEnd), bytes.subarray(sizeEnd + 1, end)]);
      done = end + 1;
      at = bytes.indexOf(start, done) === done ? done : -1;
    }
    rest = bytes.subarray(done);
    yield files;
  }
}

if (what === 'write') {
  const store = await openPublicStore(dir);
  const writer = await store.writeTree({
    jobs: Number(jobs),
    compression: compression === 'stored' ? 'stored' : 'default',
  });
  for await (const files of finishedRecords(argument))
    for (const [path, content] of files) if (writer.put(path, content)) await writer.drained();
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
