import type { Listener } from '@cutover/core';
import type { ReadOptions } from '@cutover/mysqldump';

/** Read options that report the reader's progress as events of one phase. */
export function progressOf(
  phase: string,
  read: ReadOptions,
  { onEvent }: { readonly onEvent?: Listener | undefined },
  rowsTotal?: number,
): ReadOptions {
  if (onEvent === undefined) return read;
  return {
    ...read,
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
