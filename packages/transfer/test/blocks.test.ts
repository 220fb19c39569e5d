import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBlocks, encodeBlocks } from '../src/node/blocks.ts';
import { CompressionChoice } from '../src/node/compression.ts';
import { Rate } from '../src/node/rate.ts';

async function* each(chunks: readonly Buffer[]): AsyncGenerator<Buffer, void> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
async function gathered(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}
const encoded = async (plain: readonly Buffer[], choice: CompressionChoice): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const { wire } of encodeBlocks(each(plain), choice)) parts.push(wire);
  return Buffer.concat(parts);
};
/** Cut anywhere, as a link cuts it. */
function cut(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}
/** A choice that was made by what it was told. */
function choiceOn(): CompressionChoice {
  const choice = new CompressionChoice();
  choice.sampled(1000, 100, 0.001);
  choice.sent(1e6, 1e6, 1000, 900);
  return choice;
}

describe('an archive in blocks', () => {
  const plain = Buffer.concat([
    randomBytes(700_000),
    Buffer.alloc(1_500_000, 'much the same '),
    randomBytes(3),
  ]);

  it.each([1, 8, 9, 10, 70_000, 524_297, 5e6])(
    'is the same again, cut into pieces of %i bytes',
    async (size) => {
      const small = size < 100 ? plain.subarray(699_000, 702_000) : plain;
      for (const choice of [new CompressionChoice(), choiceOn()]) {
        const wire = await encoded(cut(small, 65_536), choice);
        expect((await gathered(decodeBlocks(each(cut(wire, size))))).equals(small)).toBe(true);
      }
    },
  );

  it('is shorter where it is compressed, and never by much longer than it is', async () => {
    expect((await encoded([plain], choiceOn())).length).toBeLessThan(1_000_000);
    expect((await encoded([plain], new CompressionChoice())).length).toBeLessThan(plain.length + 100);
    expect(await gathered(decodeBlocks(each([])))).toHaveLength(0);
  });

  const block = (kind: number, payload: Buffer, plainBytes: number, length = payload.length): Buffer => {
    const header = Buffer.alloc(9);
    header[0] = kind;
    header.writeUInt32BE(length, 1);
    header.writeUInt32BE(plainBytes, 5);
    return Buffer.concat([header, payload]);
  };
  const bomb = deflateRawSync(Buffer.alloc(50_000_000));

  it.each([
    ['swells past what it says', block(1, bomb, 1000)],
    ['says that it swells without measure', block(1, bomb, 50_000_000)],
    ['is said to be longer than any', block(0, Buffer.alloc(10), 10, 2 ** 31)],
    ['is shorter than it says', block(1, deflateRawSync(Buffer.alloc(10)), 20)],
    ['is of no known kind', block(7, Buffer.alloc(10), 10)],
    ['is no deflated data', block(1, Buffer.alloc(10, 255), 10)],
    ['ends early', block(0, Buffer.alloc(10), 100, 100)],
  ])('that %s is refused', async (_what, wire) => {
    await expect(gathered(decodeBlocks(each([wire])))).rejects.toMatchObject({ code: 'archive-damaged' });
  });
});

describe('whether to compress', () => {
  it('is chosen where the link holds things up and it brings something, and taken back where not', () => {
    const choice = choiceOn();
    expect(choice.isOn).toBe(true);
    expect(choice.level).toBe(6);
    // The link has become faster than anything that could be made of it.
    choice.sent(1e8, 1e8, 1000, 100);
    expect(choice.isOn).toBe(true);
    choice.sent(1e5, 1e5, 1000, 100);
    expect(choice.isOn).toBe(false);
    expect(choice.facts().linkBytesPerSecond).toBeNull();
  });

  it.each([
    ['the link is never waited for', 1000, 100, 0.001, 100],
    ['a sample does not shrink', 1000, 990, 0.001, 900],
    ['compressing is slower than the link', 1000, 100, 10_000, 900],
  ])('is not chosen where %s', (_why, plain, small, ms, waited) => {
    const choice = new CompressionChoice();
    choice.sampled(plain, small, ms);
    choice.sent(1e6, 1e6, 1000, waited);
    expect(choice.isOn).toBe(false);
  });
});

it('a rate is of the last seconds, begins anew with the count, and is not told from too little', () => {
  const rate = new Rate();
  rate.note(0, 0);
  expect(rate.perSecond(100, 100)).toBeNull();
  for (let ms = 0; ms <= 30_000; ms += 250) rate.note(ms < 15_000 ? ms * 10 : 150_000 + (ms - 15_000), ms);
  expect(rate.perSecond(165_000, 30_000)).toBe(1000);
  rate.note(0, 31_000);
  rate.note(2000, 33_000);
  expect(rate.perSecond(2000, 33_000)).toBe(1000);
});
