import { randomUUID } from 'node:crypto';
import type { HubNode, Move, WorkerRow } from '../../src/move.ts';

const at = '2026-03-01T10:00:00.000Z';

export const aMove = (change: Partial<Move> = {}): Move => ({
  ...{ id: randomUUID(), key: null, site: randomUUID(), source: 'a', wanted: 'b', destination: null },
  ...{ state: 'queued', waits: null, askedBy: 'lead', askedAt: at, notBefore: null, priority: 0 },
  ...{ attempt: 0, maxAttempts: 3, worker: null, fence: 0, bytesDone: 0, bytesTotal: null, changedAt: at },
  ...{ reason: null, tried: [], cancelledBy: null, reportedAt: null, endedAt: null, archived: null },
  ...{ sourceRemovedAt: null },
  ...change,
});

export const aNode = (id: string, change: Partial<HubNode> = {}): HubNode => ({
  ...{ id, url: `https://${id}.test`, tokenId: `${id}-key`, sealedKey: 'sealed', limit: 2, drained: false },
  ...{ freeBytes: 1_000_000, seenAt: at, unseen: null },
  ...change,
});

export const aWorker = (id: string, change: Partial<WorkerRow> = {}): WorkerRow => ({
  ...{ id, host: 'here', pid: 1, began: '1', beatAt: at, goneAt: null },
  ...change,
});
