import { constants, createDeflate, type Deflate, deflateSync, inflateSync } from 'node:zlib';

/** Compression of objects: git's own default (zlib's level 6), or none. */
export type Compression = 'default' | 'stored';

/** Compresses one object into `target` at `at`; gives the number of bytes, or -1 where they do not fit. */
export type Deflater = (source: Buffer, target: Buffer, at: number) => number;

const levelOf = (compression: Compression): number => (compression === 'stored' ? 0 : 6);

/** Room that is enough for any deflated form of so many bytes. */
export const deflateBound = (size: number): number => size + (size >> 6) + 128;

/**
 * A deflater for many small objects. `deflateSync` makes and frees zlib's 268 KB of state for each, which
 * costs a third of the time of a 500-byte record; one state reset between objects does not. Node offers
 * no synchronous form of that, so its inner handle is used where it is as expected, and tried out first;
 * everywhere else it is `deflateSync`. Both give the same bytes.
 */
export function makeDeflater(compression: Compression): Deflater {
  const level = levelOf(compression);
  return reusing(level) ?? plain(level);
}

function plain(level: number): Deflater {
  return (source, target, at) => {
    const deflated = deflateSync(source, { level });
    if (at + deflated.length > target.length) return -1;
    deflated.copy(target, at);
    return deflated.length;
  };
}

interface Inner {
  readonly _handle?: {
    writeSync?: (
      flush: number,
      input: Buffer,
      inputAt: number,
      inputLength: number,
      output: Buffer,
      outputAt: number,
      outputLength: number,
    ) => void;
    reset?: () => void;
  };
  /** Bytes left in output and input after a write. */
  readonly _writeState?: Uint32Array;
}

function reusing(level: number): Deflater | undefined {
  const stream: Deflate & Inner = createDeflate({ level }) as Deflate & Inner;
  const { _handle: handle, _writeState: state } = stream;
  if (typeof handle?.writeSync !== 'function' || typeof handle.reset !== 'function') return undefined;
  if (!(state instanceof Uint32Array)) return undefined;
  const deflate: Deflater = (source, target, at) => {
    const room = target.length - at;
    handle.writeSync!(constants.Z_FINISH, source, 0, source.length, target, at, room);
    handle.reset!();
    // Where no room is left the end may be missing; the stream's last four bytes then never came.
    return state[0] === 0 || state[1] !== 0 ? -1 : room - state[0]!;
  };
  return works(deflate) ? deflate : undefined;
}

function works(deflate: Deflater): boolean {
  const target = Buffer.alloc(4096);
  try {
    return ['one', 'two '.repeat(300)].every((text) => {
      const size = deflate(Buffer.from(text), target, 5);
      return size > 0 && inflateSync(target.subarray(5, 5 + size)).toString() === text;
    });
  } catch {
    return false;
  }
}
