import type { Profile } from '@cutover/records';
import { tiny } from './tiny.ts';

/** The tiny system, where a note does not fit once its parts were looked at. */
export const circle: Profile = {
  ...tiny,
  name: 'circle',
  sources: tiny.sources.map((source) => ({
    ...source,
    map: (row, context) => {
      const mapped = source.map(row, context);
      if (mapped.outcome !== 'imported') return mapped;
      const body = mapped.records[0]?.fields['body'];
      return typeof body === 'string' && body.includes('spoilt')
        ? { outcome: 'quarantined', rule: 'dangling' }
        : mapped;
    },
  })),
};
