import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, createWriteStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readDescriptor, readFrames, type TakeFrame } from '../src/wire/frame-reader.ts';
import { FrameWriter } from '../src/wire/frame-writer.ts';
import { frame } from '../src/wire/frames.ts';
import { Throttle } from '../src/wire/throttle.ts';

/** A generator of numbers from 0 to below 1, always the same. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Frames of all lengths, as what is written and as what is to be read: content of a data frame may come in parts. */
async function sample(random: () => number): Promise<{ bytes: Buffer; said: string[] }> {
  const stream = new PassThrough({ highWaterMark: 1 << 30 });
  const writer = new FrameWriter(stream);
  const said: string[] = [];
  for (let n = 0; n < 300; n++) {
    const length = Math.floor(random() ** 6 * 900_000);
    const payload = Buffer.alloc(length, n + 1);
    const kind = random() < 0.5 ? frame.data : frame.entries;
    if (kind === frame.data && random() < 0.5) {
      await writer.ready();
      const count = writer.fill(Math.max(1, length), (into) => into.fill(n + 1).length);
      said.push(...note(kind, Buffer.alloc(count, n + 1)));
    } else {
      await writer.put(kind, payload);
      said.push(...note(kind, payload));
    }
  }
  await writer.flush();
  stream.end();
  return { bytes: Buffer.concat(await stream.toArray()), said };
}

const note = (kind: number, payload: Buffer): string[] =>
  kind === frame.data
    ? payload.length === 0
      ? []
      : [`data ${payload[0]} ${payload.length}`]
    : [`${kind} ${payload.length} ${createHash('sha256').update(payload).digest('hex')}`];

/** Notes frames; parts of one content are added up. Waits at every so-manieth, as what asks a disk does. */
function noting(random: () => number): { take: TakeFrame; said: string[] } {
  const said: string[] = [];
  const take = (kind: number, payload: Buffer): Promise<void> | undefined => {
    const last = said.at(-1)?.split(' ');
    const [now] = note(kind, payload);
    if (kind === frame.data && last?.[0] === 'data' && last[1] === String(payload[0]))
      said[said.length - 1] = `data ${last[1]} ${Number(last[2]) + payload.length}`;
    else if (now !== undefined) said.push(now);
    if (random() < 0.8) return undefined;
    return turn().then(() => undefined);
  };
  return { take, said };
}

describe('frames that come in chunks of any size, to who takes some at once and others later', () => {
  it.each([1, 2, 3, 4, 5])('are the ones that were written (seed %i)', async (seed) => {
    const random = seeded(seed);
    const { bytes, said } = await sample(random);
    function* chunks(): Generator<Buffer> {
      for (let at = 0; at < bytes.length;) {
        const length = random() < 0.3 ? 1 + Math.floor(random() * 7) : 1 + Math.floor(random() * 300_000);
        yield bytes.subarray(at, (at += length));
      }
    }
    const noted = noting(random);
    await readFrames(Readable.from(chunks()), noted.take);
    expect(noted.said).toEqual(said);
  });

  it('are the same from a pipe that is read into one buffer, with a limit and without', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'cutover-frames-test-'));
    try {
      const { bytes, said } = await sample(seeded(6));
      for (const throttle of [undefined, new Throttle(1e9)]) {
        const pipe = join(dir, `pipe${throttle === undefined ? '' : '-slow'}`);
        execFileSync('mkfifo', [pipe]);
        const descriptor = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
        const noted = noting(seeded(7));
        const read = readDescriptor(descriptor, noted.take, { throttle });
        createWriteStream(pipe).end(bytes);
        await read;
        expect(noted.said).toEqual(said);
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('that end within one, or are none, are a lost connection; what their taker throws stays what it is', async () => {
    const whole = Buffer.from([frame.entries, 0, 0, 0, 3, 1, 2, 3]);
    const read = (bytes: Buffer, take: TakeFrame = () => undefined): Promise<void> =>
      readFrames(Readable.from([bytes]), take);
    await read(whole);
    for (let length = 1; length < whole.length; length++)
      await expect(read(whole.subarray(0, length))).rejects.toMatchObject({ code: 'link-lost' });
    await expect(read(Buffer.from([frame.data, 0, 0, 0, 3, 1, 2]))).rejects.toMatchObject({
      code: 'link-lost',
    });
    await expect(read(Buffer.from([frame.data, 255, 0, 0, 0]))).rejects.toMatchObject({ code: 'link-lost' });
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    await expect(read(whole, () => Promise.reject(full))).rejects.toBe(full);
    const throwing = (): never => {
      throw full;
    };
    await expect(read(whole, throwing)).rejects.toBe(full);
  });
});
