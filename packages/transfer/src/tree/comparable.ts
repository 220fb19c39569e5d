import type { Entry } from './entry.ts';
import { microseconds } from './write.ts';

/** An entry with what both sides have in common: two trees of the same digest are the same. */
export function comparable(entry: Entry): Entry {
  return {
    ...entry,
    mode: entry.type === 'l' ? 0 : entry.mode,
    mtimeNs: `${microseconds(entry.mtimeNs)}000`,
    ctimeNs: '0',
    sparse: false,
  };
}
