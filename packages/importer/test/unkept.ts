import type { Profile } from '@cutover/records';
import { tiny } from './tiny.ts';

/** The tiny system where nothing of notes is kept for lookups. In a module of its own, as `noted` is. */
export const unkept: Profile = {
  ...tiny,
  sources: tiny.sources.map((source) => {
    const { keep = [], ...rest } = source;
    return source.source === 'notes' ? rest : { ...rest, keep };
  }),
};
