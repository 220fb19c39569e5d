import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cutAfter, type Host, host, pairWire, treeOf } from './support/pair.ts';

let at: Host;
let spoolDir: string;
beforeEach(() => {
  at = host();
  spoolDir = join(at.dir, 'spool');
  mkdirSync(join(at.source, 'uploads/deep'), { recursive: true });
  for (let n = 0; n < 600; n++) writeFileSync(join(at.source, `uploads/${n}`), `file ${n} `.repeat(n));
  writeFileSync(join(at.source, 'large'), Buffer.alloc(9_000_000, 'large file '));
  symlinkSync('uploads/1', join(at.source, 'inside'));
  linkSync(join(at.source, 'uploads/2'), join(at.source, 'uploads/deep/second-name'));
  execFileSync('sh', ['-c', 'truncate -s 20M holes; echo end >> holes'], { cwd: at.source });
});
afterEach(() => at.remove());

const parts = (): string[] => readdirSync(join(at.staging, 'parts'));

/** Flips a bit of what goes over, once it is so far, and so many times. */
const flip = (from: number, times: { left: number }) => (): Transform => {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen > from && times.left > 0 && chunk.length > 100_000) {
        times.left--;
        chunk[50_000] = chunk[50_000]! ^ 1;
      }
      done(null, chunk);
    },
  });
};

describe('a staged move', () => {
  it('brings a folder over by stream files, later passes only what changed, and leaves none of them', async () => {
    let changed = false;
    const sent = await at.send({
      spoolDir,
      onStatus: ({ pass }) => {
        if (pass !== 2 || changed) return;
        changed = true;
        writeFileSync(join(at.source, 'uploads/7'), 'changed');
        writeFileSync(join(at.source, 'new'), 'new');
        execFileSync('rm', ['-r', 'uploads/9', 'uploads/deep'], { cwd: at.source });
      },
    });
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
    // The inode of uploads/2 was touched, too: it lost a name.
    expect(sent.sentFiles).toBe(602 + 3);
    expect(sent.wireBytes).toBeLessThan(12_000_000);
    expect(readdirSync(spoolDir)).toEqual([]);
    expect(readdirSync(at.staging).sort()).toEqual(['generations', 'move.json', 'sha256sums']);
  });

  it('that is cut goes on inside the stream file that was being copied', async () => {
    const openWire = pairWire({ root: at.root }, cutAfter(5_000_000));
    await expect(at.send({ spoolDir, openWire })).rejects.toMatchObject({ code: 'link-lost' });
    expect(parts()).toEqual(['pass-1-000001']);
    const sent = await at.send({ spoolDir });
    expect(sent.resumed).toBe(true);
    expect(sent.wireBytes).toBeLessThan(6_500_000);
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });

  it('copies a stream file again that arrived damaged, and gives up where that goes on', async () => {
    await at.send({ spoolDir, openWire: pairWire({ root: at.root }, flip(2_000_000, { left: 1 })) });
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
    execFileSync('rm', ['-r', at.live]);
    const always = pairWire({ root: at.root }, flip(2_000_000, { left: Infinity }));
    await expect(at.send({ spoolDir, openWire: always })).rejects.toMatchObject({
      code: 'content-damaged',
      exitCode: 1,
    });
    expect(existsSync(at.live)).toBe(false);
  });

  it('sends all again where what had come is not what was sent', async () => {
    let harmed = false;
    const plant = ({ doing }: { doing: string }): void => {
      if (doing !== 'verifying every file' || harmed) return;
      harmed = true;
      writeFileSync(join(at.staging, 'tree/uploads/11'), 'something else');
    };
    await expect(at.send({ spoolDir, onStatus: plant })).rejects.toMatchObject({
      code: 'verification-failed',
    });
    await at.send({ spoolDir });
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });

  it('finds a file that is neither there nor in the stream, and mends that with the next', async () => {
    let gone = false;
    const plant = ({ pass }: { pass: number }): void => {
      if (pass !== 2 || gone) return;
      gone = true;
      truncateSync(join(at.staging, 'tree/large'), 5);
    };
    await expect(at.send({ spoolDir, onStatus: plant })).rejects.toMatchObject({ code: 'stream-gap' });
    await at.send({ spoolDir });
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });
});

describe('compression', () => {
  const text = (): void => {
    for (let n = 0; n < 40; n++)
      writeFileSync(join(at.source, `text${n}`), 'the same words again '.repeat(20_000));
  };
  const log = (runId: string): string => readFileSync(join(at.dir, 'state/runs', runId, 'run.log'), 'utf8');

  it('is chosen on a link that is slower than it, and the link is not asked to bear more', async () => {
    text();
    const slow = pairWire({ root: at.root, bytesPerSecond: 4_000_000 });
    const sent = await at.send({ openWire: slow, compression: 'auto' });
    expect(sent.compressed).toBe(true);
    expect(sent.linkRate).toBeLessThan(10_000_000);
    expect(sent.sentBytes).toBeGreaterThan(17_000_000);
    expect(sent.wireBytes).toBeLessThan(6_000_000);
    expect(log(sent.runId)).toMatch(/the link takes [\d,]+ bytes\/s, .*: compressed/);
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });

  it('is left on a fast one, and where somebody says so', async () => {
    text();
    const fast = await at.send({ compression: 'auto' });
    expect(fast).toMatchObject({ compressed: false });
    expect(fast.wireBytes).toBeGreaterThan(17_000_000);
    execFileSync('rm', ['-r', at.live]);
    const never = await at.send({ openWire: pairWire({ root: at.root, bytesPerSecond: 50e6 }) });
    expect(never).toMatchObject({ compressed: false, linkRate: null });
  });

  it('packs stream files, too', async () => {
    text();
    const sent = await at.send({ spoolDir, compression: 'always' });
    expect(sent.wireBytes).toBeLessThan(1_500_000);
    expect(await treeOf(at.live)).toEqual(await treeOf(at.source));
  });
});
