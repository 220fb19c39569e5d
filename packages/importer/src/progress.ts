import type { Listener } from '@cutover/core';
import type { ReadOptions } from '@cutover/mysqldump';

/** A reader's progress as events of one phase; nothing where nobody listens. */
export function progressOf(
  phase: string,
  onEvent: Listener | undefined,
  rowsTotal?: number,
): Pick<ReadOptions, 'onProgress'> {
  if (onEvent === undefined) return {};
  return {
    onProgress: ({ bytesDone, bytesTotal, rows }) => {
      void onEvent({
        type: 'progress',
        phase,
        bytesDone,
        ...(bytesTotal === undefined ? {} : { bytesTotal }),
        rowsDone: rows,
        ...(rowsTotal === undefined ? {} : { rowsTotal }),
      });
    },
  };
}
