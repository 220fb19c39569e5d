import { gainsByPacking, Packing, packingRate } from '../wire/packing.ts';
import type { Session } from './session.ts';

/** `auto`: where the link, measured, is slower than packing. */
export type Compression = 'auto' | 'always' | 'never';

/** Whether a move packs what it sends: chosen once, on its first connection, for all that follow. */
export class PackingChoice {
  readonly #compression: Compression;
  packing: Packing | undefined;
  /** Bytes a second, where it was measured. */
  linkRate: number | null = null;

  constructor(compression: Compression) {
    this.#compression = compression;
    if (compression === 'always') this.packing = new Packing();
  }

  async choose(session: Session, log: (text: string) => Promise<void>): Promise<void> {
    if (this.#compression !== 'auto' || this.linkRate !== null) return;
    this.linkRate = Math.round(await session.measure());
    const rate = Math.round(packingRate());
    if (gainsByPacking(this.linkRate, rate)) this.packing = new Packing();
    const [link, here] = [this.linkRate, rate].map((one) => one.toLocaleString('en-US'));
    const so = this.packing === undefined ? 'not compressed' : 'compressed';
    await log(`the link takes ${link} bytes/s, this processor compresses ${here}: ${so}`);
  }
}
