import type { Move } from '@cutover/hub';

/** How a move stands, by its row and by the records of its nodes. */
export interface Seen {
  readonly move: Move;
  readonly source: Record<string, unknown>;
  readonly destination: Record<string, unknown>;
}

export interface MomentStep {
  readonly when: (seen: Seen) => boolean;
  /** Done then, so that the moment lasts. */
  readonly does?: 'stop source' | 'stop destination' | 'stop serve' | 'kill source' | 'cancel';
}

/** A moment of a move at which a process is killed. */
export interface Moment {
  readonly of: 'worker' | 'serve';
  readonly name: string;
  readonly steps: readonly MomentStep[];
  /** How the move ends; `done` where nothing is said. */
  readonly ends?: 'done' | 'cancelled';
  readonly attempts?: number;
  /** The worker stands still until it is killed. */
  readonly unseen?: boolean;
  /** The destination's program refuses what has come until the process was killed. */
  readonly refuses?: boolean;
  /** For so long the hub does not listen. */
  readonly awayMs?: number;
}

const always = (): boolean => true;
const state =
  (wanted: Move['state']) =>
  ({ move }: Seen): boolean =>
    move.state === wanted;
const isTaken = ({ move }: Seen): boolean => move.worker !== null;
const isSetUp = ({ destination }: Seen): boolean => destination['doing'] === 'post-setup';
const sent = ({ source }: Seen): boolean =>
  source['phase'] === 'sending' && Number(source['bytesDone']) > 1_000_000;

export const workerMoments: readonly Moment[] = [
  { of: 'worker', name: 'waiting, nobody has seen it', steps: [{ when: always }], unseen: true },
  { of: 'worker', name: 'admitted, not taken yet', steps: [{ when: ({ move }) => move.attempt === 1 }] },
  {
    of: 'worker',
    name: 'preparing, the source asked',
    steps: [
      { when: always, does: 'stop source' },
      { when: (seen) => state('preparing')(seen) && isTaken(seen) },
    ],
  },
  { of: 'worker', name: 'sending, the token on its way', steps: [{ when: state('sending') }] },
  {
    of: 'worker',
    name: 'sending, the source locks',
    steps: [{ when: ({ source }) => String(source['doing']).startsWith('watching') }],
  },
  { of: 'worker', name: 'sending, bytes flow', steps: [{ when: sent }] },
  {
    of: 'worker',
    name: 'sent, the destination unpacks',
    steps: [{ when: ({ destination }) => destination['phase'] === 'finalizing' }],
  },
  { of: 'worker', name: 'attaching, post-setup', steps: [{ when: isSetUp }] },
  {
    of: 'worker',
    name: 'attaching, put in place',
    // A matter of milliseconds: the end of it will do.
    steps: [
      {
        when: ({ destination: { doing, state } }) => doing === 'putting it in place' || state === 'ready',
      },
    ],
  },
  {
    of: 'worker',
    name: 'success reported, not yet seen by the worker',
    steps: [
      { when: isSetUp, does: 'stop source' },
      { when: ({ move }) => move.reportedAt !== null && move.state === 'sending' },
    ],
  },
  {
    of: 'worker',
    name: 'finalizing, the source away',
    steps: [{ when: isSetUp, does: 'kill source' }, { when: state('finalizing') }],
  },
  {
    of: 'worker',
    name: 'cleaning up, what the source put aside',
    steps: [{ when: state('done'), does: 'stop source' }, { when: always }],
  },
  {
    of: 'worker',
    name: 'failing, called off while bytes flow',
    steps: [
      { when: sent, does: 'cancel' },
      { when: ({ source }) => source['state'] === 'transfer_failed', does: 'stop destination' },
      { when: state('failing') },
    ],
    ends: 'cancelled',
  },
  {
    of: 'worker',
    name: 'waiting for the second attempt',
    steps: [{ when: ({ move }) => move.state === 'queued' && move.attempt === 1 }],
    refuses: true,
    attempts: 2,
  },
];

export const serveMoments: readonly Moment[] = [
  { of: 'serve', name: 'queued', steps: [{ when: always }] },
  { of: 'serve', name: 'preparing', steps: [{ when: ({ move }) => move.attempt === 1 }] },
  { of: 'serve', name: 'sending, bytes flow', steps: [{ when: sent }] },
  {
    of: 'serve',
    name: 'before success is reported, for two seconds',
    steps: [{ when: isSetUp }],
    awayMs: 2000,
  },
  {
    of: 'serve',
    name: 'success on its way, nobody reads it',
    steps: [
      { when: isSetUp, does: 'stop serve' },
      { when: ({ destination }) => destination['state'] === 'ready' },
    ],
  },
  {
    of: 'serve',
    name: 'success on its way, the move is over',
    steps: [{ when: isSetUp, does: 'stop serve' }, { when: state('done') }],
  },
  {
    of: 'serve',
    name: 'success written down, its answer on its way',
    steps: [{ when: ({ move }) => move.reportedAt !== null }],
  },
  {
    of: 'serve',
    name: 'failure on its way, nobody reads it',
    steps: [
      { when: sent, does: 'stop serve' },
      { when: ({ move }) => move.state === 'queued' && move.attempt === 1 },
    ],
    refuses: true,
    attempts: 2,
  },
  {
    of: 'serve',
    name: 'called off while bytes flow',
    steps: [{ when: sent, does: 'cancel' }, { when: ({ source }) => source['state'] === 'transfer_failed' }],
    ends: 'cancelled',
  },
];
