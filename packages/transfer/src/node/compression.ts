const sampleEveryBytes = 16 * 1024 * 1024;
const windowBytes = 4 * 1024 * 1024;
const windowMs = 500;
/** Of a window: waiting for longer than this, it is the link that holds things up. */
const linkBoundShare = 0.5;
/** Below so many bytes a second there is time to look for more. */
const slowLink = 4e6;

/** How the blocks of an archive went out, and why. */
export interface CompressionFacts {
  readonly plainBlocks: number;
  readonly compressedBlocks: number;
  /** What the link takes, measured; null while it was never what held things up. */
  readonly linkBytesPerSecond: number | null;
  /** Of a sample, compressed to plain. */
  readonly ratio: number | null;
}

/**
 * Chooses block by block whether to compress, from what is measured on the way: what the link takes, how fast a
 * sample was compressed, and to what share. It is worth it where the link is what holds things up, the sample shrank,
 * and compressing is not slower than sending.
 */
export class CompressionChoice {
  #link: number | null = null;
  #sample: { readonly ratio: number; readonly bytesPerSecond: number } | undefined;
  #sinceSample = 0;
  #window = { wire: 0, plain: 0, waitedMs: 0, ms: 0 };
  #blocks = { plain: 0, compressed: 0 };
  #on = false;

  /** Whether the next block is to be compressed for a look at what comes of it. */
  get wantsSample(): boolean {
    return this.#sample === undefined || this.#sinceSample >= sampleEveryBytes;
  }

  get isOn(): boolean {
    return this.#on;
  }

  /** Of zlib. */
  get level(): number {
    return this.#link !== null && this.#link < slowLink ? 6 : 1;
  }

  sampled(plainBytes: number, compressedBytes: number, ms: number): void {
    this.#sample = {
      ratio: compressedBytes / plainBytes,
      bytesPerSecond: (plainBytes / Math.max(ms, 0.1)) * 1000,
    };
    this.#sinceSample = 0;
    this.#decide();
  }

  /** A block went out: how long it took from the one before, and how long of it the link was waited for. */
  sent(plainBytes: number, wireBytes: number, ms: number, waitedMs: number): void {
    this.#blocks[wireBytes < plainBytes ? 'compressed' : 'plain']++;
    this.#sinceSample += plainBytes;
    const { wire, plain, waitedMs: waited, ms: all } = this.#window;
    this.#window = {
      wire: wire + wireBytes,
      plain: plain + plainBytes,
      waitedMs: waited + waitedMs,
      ms: all + ms,
    };
    if (this.#window.wire >= windowBytes || this.#window.ms >= windowMs) this.#measure();
  }

  facts(): CompressionFacts {
    return {
      plainBlocks: this.#blocks.plain,
      compressedBlocks: this.#blocks.compressed,
      linkBytesPerSecond: this.#link === null ? null : Math.round(this.#link),
      ratio: this.#sample === undefined ? null : Number(this.#sample.ratio.toFixed(3)),
    };
  }

  #measure(): void {
    const { wire, plain, waitedMs, ms } = this.#window;
    this.#window = { wire: 0, plain: 0, waitedMs: 0, ms: 0 };
    if (waitedMs / ms > linkBoundShare) this.#link = (wire / ms) * 1000;
    // Nothing held it up but ourselves: the link takes more than was thought.
    else if (!this.#on || this.#link === null || (plain / ms) * 1000 < this.#link) this.#link = null;
    this.#decide();
  }

  #decide(): void {
    const [link, sample] = [this.#link, this.#sample];
    this.#on =
      link !== null && sample !== undefined && sample.ratio < 0.9 && sample.bytesPerSecond > link * 1.1;
  }
}
