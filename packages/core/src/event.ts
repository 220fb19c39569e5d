import type { Check } from './check.ts';

/**
 * What happens during long work, for whoever shows or records it. Text, JSON and the status file are
 * printers of this one interface. Listeners may return a promise: the work waits for it.
 */
export type CutoverEvent =
  | {
      readonly type: 'step-started';
      readonly step: string;
      readonly index: number;
      readonly total: number;
      readonly title: string;
      /** Milliseconds that it took in earlier runs like this one; absent where there were none. */
      readonly usualMs?: number;
    }
  | {
      readonly type: 'step-ended';
      readonly step: string;
      readonly outcome: string;
      readonly durationMs: number;
    }
  | { readonly type: 'check'; readonly check: Check }
  | ProgressEvent
  | { readonly type: 'note'; readonly code: string; readonly message: string };

export interface ProgressEvent {
  readonly type: 'progress';
  readonly phase: string;
  readonly bytesDone?: number;
  readonly bytesTotal?: number;
  readonly rowsDone?: number;
  readonly rowsTotal?: number;
}

export type Listener = (event: CutoverEvent) => void | Promise<void>;
