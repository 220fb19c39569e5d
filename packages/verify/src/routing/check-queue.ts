import { readFile } from 'node:fs/promises';
import { type Check, concludeCheck, CutoverError, exitCodes, FindingList, messageOf } from '@cutover/core';

/** A job of a queue, as far as its origin is concerned. */
export interface Job {
  readonly id: string;
  /** ISO 8601; undefined where the queue does not say it. */
  readonly createdAt: string | undefined;
}

export interface QueueInput {
  /** What waits or runs on the new side. */
  readonly jobs: readonly Job[];
  /** What waited on the old one when it was frozen. */
  readonly oldJobs?: readonly Job[] | undefined;
  /** When the old side was frozen: nothing of the new queue can be older. */
  readonly frozenAt?: string | undefined;
}

/**
 * Whether a queue of the new side was begun empty: a job from before the freeze, or one that the old side had, was
 * restored from there and is done a second time. An empty queue is a good answer; one that does not say when its jobs
 * were made is unknown, unless the old one's jobs are known. Holds the ids of the old jobs in memory.
 */
export function checkQueue({ jobs, oldJobs, frozenAt }: QueueInput): Check {
  const findings = new FindingList();
  const old = new Set(oldJobs?.map(({ id }) => id));
  const frozenMs = frozenAt === undefined ? undefined : Date.parse(frozenAt);
  let untold = 0;
  for (const { id, createdAt } of jobs) {
    const madeMs = Date.parse(createdAt ?? '');
    if (old.has(id))
      add(findings, 'job-of-both', id, `the old side has it too`, 'a job of the new side', 'in both queues');
    else if (frozenMs === undefined) continue;
    else if (Number.isNaN(madeMs)) untold++;
    else if (madeMs < frozenMs)
      add(findings, 'job-restored', id, `it was made ${createdAt}, before the freeze`, frozenAt!, createdAt!);
  }
  return concludeCheck({
    id: 'routing-queue',
    title: 'The queue of the new side holds no job of the old one',
    // The queue itself is looked at: that it is empty is a good answer.
    looked: oldJobs === undefined && frozenAt === undefined ? 0 : jobs.length + 1,
    expected: 0,
    actual: findings.total,
    findings,
    evidence: { jobs: jobs.length, oldJobs: oldJobs?.length, frozenAt },
    couldNotTell:
      untold > 0 && oldJobs === undefined ? `${untold} jobs do not say when they were made` : undefined,
  });
}

function add(
  findings: FindingList,
  code: string,
  id: string,
  why: string,
  expected: string,
  actual: string,
): void {
  findings.add({
    code,
    message: `job ${id}: ${why}`,
    subject: id,
    expected,
    actual,
    next: 'stop the workers of the new side, take these jobs out, and look which of them were done twice',
  });
}

const idFields = ['id', 'ID', 'jobId'];
const momentFields = [
  'createdAt',
  'created_at',
  'createdOn',
  'created_on',
  'created',
  'Created',
  'timestamp',
];

/**
 * Jobs of a queue from a file or an address: JSON, a list or one object a line, with an id and the moment it was made
 * (ISO 8601, `YYYY-MM-DD HH:MM:SS` in UTC, seconds or milliseconds since 1970) under one of the usual names; lines of
 * `cutover rows` too. Throws CutoverError `queue-unreadable`.
 */
export async function readJobs(place: string): Promise<Job[]> {
  const text = await textOf(place);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  try {
    const whole: unknown[] = text.trimStart().startsWith('[')
      ? (JSON.parse(text) as unknown[])
      : lines.map((line) => JSON.parse(line) as unknown);
    return whole.flatMap((one) => jobOf(one));
  } catch (error) {
    throw unreadable(place, messageOf(error));
  }
}

async function textOf(place: string): Promise<string> {
  try {
    if (!/^https?:\/\//i.test(place)) return await readFile(place, 'utf8');
    const { request } = await import('undici');
    const { statusCode, body } = await request(place, { headers: { accept: 'application/json' } });
    const text = await body.text();
    if (statusCode === 200) return text;
    throw new Error(`it answers ${statusCode}`);
  } catch (error) {
    throw unreadable(place, messageOf(error));
  }
}

/** No job for the line that tells a table's columns. */
function jobOf(value: unknown): Job[] {
  if (typeof value !== 'object' || value === null) throw new Error('a job is no object');
  const outer = value as Record<string, unknown>;
  if ('table' in outer && 'columns' in outer) return [];
  const job = 'table' in outer && typeof outer['row'] === 'object' ? outer['row'] : outer;
  const fields = job as Record<string, unknown>;
  const id = idFields.map((name) => fields[name]).find((one) => one !== undefined && one !== null);
  if (typeof id !== 'string' && typeof id !== 'number') throw new Error('a job has no id');
  const made = momentFields.map((name) => fields[name]).find((one) => one !== undefined && one !== null);
  return [{ id: String(id), createdAt: momentOf(made) }];
}

function momentOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value);
  // Milliseconds have 13 digits from 2001 to 2286, seconds 10.
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return new Date(Number(text) * 1000).toISOString();
  if (/^\d{13}$/.test(text)) return new Date(Number(text)).toISOString();
  const iso = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function unreadable(place: string, why: string): CutoverError {
  return new CutoverError('queue-unreadable', `the queue ${place} cannot be read: ${why}`, {
    next: 'give a file or an address with JSON: a list of jobs, or one a line, each with id and createdAt',
    data: { place },
    exitCode: exitCodes.unknown,
  });
}
