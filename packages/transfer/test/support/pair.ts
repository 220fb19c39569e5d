import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Transform } from 'node:stream';
import type { CutoverError } from '@cutover/core';
import { receive, type ReceiveOptions } from '../../src/receive/receive.ts';
import { sendMove } from '../../src/send/send-move.ts';
import type { SendOptions, SentMove } from '../../src/send/send-options.ts';
import { comparable } from '../../src/tree/comparable.ts';
import { entryLine } from '../../src/tree/entry.ts';
import { blockBytes, hashFile } from '../../src/tree/hash-file.ts';
import { absolute, rootOf, scanTree } from '../../src/tree/scan.ts';
import type { OpenWire } from '../../src/wire/wire.ts';

export interface Host {
  readonly dir: string;
  readonly source: string;
  readonly root: string;
  readonly live: string;
  /** Where a site is received before it goes live. */
  readonly staging: string;
  send(change?: Partial<SendOptions>): Promise<SentMove>;
  remove(): void;
}

/** A source and a destination of their own below one folder. */
export function host(): Host {
  const dir = mkdtempSync(join(tmpdir(), 'cutover-transfer-test-'));
  const [source, root] = [join(dir, 'source'), join(dir, 'root')];
  for (const path of [source, root]) mkdirSync(path);
  return {
    dir,
    source,
    root,
    live: join(root, 'shop'),
    staging: join(root, '.cutover-transfer/shop'),
    send: (change = {}) =>
      sendMove({
        from: source,
        to: 'pair',
        site: 'shop',
        openWire: pairWire({ root }),
        stateDir: join(dir, 'state'),
        version: '0',
        passes: 2,
        pauseMs: 0,
        watchMs: 0,
        replace: false,
        generations: 1,
        retryForMs: 0,
        compression: 'never',
        afterwards: 'leave',
        ...change,
      }),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** What a folder holds, read here and now. */
export async function treeOf(folder: string): Promise<string[]> {
  const lines: string[] = [];
  const buffer = Buffer.alloc(blockBytes);
  for (const entry of scanTree(folder)) {
    const sha256 = entry.type === 'f' ? await hashFile(absolute(rootOf(folder), entry.path), buffer) : null;
    lines.push(entryLine(comparable({ ...entry, digest: sha256 })));
  }
  return lines;
}

/** Cuts a connection after so many bytes. */
export const cutAfter = (bytes: number) => (): Transform => {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) this.destroy(new Error('cut'));
      else done(null, chunk);
    },
  });
};

/** Both ends in one process; what goes to the receiver may pass through something that harms it. */
export function pairWire(
  options: Pick<ReceiveOptions, 'root'> & Partial<ReceiveOptions>,
  harm?: () => Transform,
): OpenWire {
  return () => {
    const [there, back] = [new PassThrough(), new PassThrough()];
    const input = harm === undefined ? there : there.pipe(harm());
    const ended = receive({ version: '0', ...options, input, output: back }).then(
      () => undefined,
      (error: unknown) => error as CutoverError,
    );
    void ended.then(() => back.end());
    return {
      input: back,
      output: there,
      ended,
      close: () => {
        there.destroy();
        input.destroy();
      },
    };
  };
}
