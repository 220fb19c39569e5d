import type { RunControl } from '@cutover/runs';
import type { Done, Welcome } from '../wire/messages.ts';
import type { OpenWire } from '../wire/wire.ts';
import type { Clock } from './clock.ts';
import type { Hook } from './lockdown.ts';
import type { MoveStatus } from './move-status.ts';
import type { Compression } from './packing-choice.ts';

export interface SendOptions {
  readonly from: string;
  readonly exclude?: readonly string[];
  readonly empty?: readonly string[];
  /** For people and for finding the run again; the wire leads there. */
  readonly to: string;
  readonly site: string;
  readonly openWire: OpenWire;
  readonly stateDir: string;
  readonly version: string;
  /** Keep the source from changing in the end; undefined: somebody says that it does not change. */
  readonly hooks?: readonly Hook[];
  /** Passes at most while the source runs. */
  readonly passes: number;
  /** Between passes, for the source's sake. */
  readonly pauseMs: number;
  /** For how long the lockdown is watched before the last pass. */
  readonly watchMs: number;
  readonly replace: boolean;
  /** false: files of several owners may become one's, where the destination cannot keep owners. */
  readonly owners?: boolean;
  readonly generations: number;
  readonly bytesPerSecond?: number;
  /** `auto`: where the link, measured, is slower than packing. */
  readonly compression?: Compression;
  /** Where given, passes go by stream files that are written there first, and copied. */
  readonly spoolDir?: string;
  /** Without getting on for so long, a lost connection is given up. */
  readonly retryForMs: number;
  /** What becomes of the source in the end. */
  readonly afterwards: 'leave' | 'unlock' | 'archive';
  /** The machine's by default. */
  readonly clock?: Clock;
  readonly onStatus?: (status: Omit<MoveStatus, 'runId' | 'startedAt' | 'updatedAt'>) => void;
  readonly onNote?: (text: string) => void;
  readonly onRun?: (control: RunControl) => void;
}

export interface SentMove extends Done {
  readonly runId: string;
  readonly resumed: boolean;
  readonly passes: number;
  readonly sentFiles: number;
  readonly sentBytes: number;
  /** What went to the connection: less where it was packed, more where something had to go twice. */
  readonly wireBytes: number;
  readonly compressed: boolean;
  /** Bytes a second, where it was measured. */
  readonly linkRate: number | null;
  readonly destination: Pick<Welcome, 'host' | 'user' | 'keepsOwners'>;
  readonly archived: string | null;
}
