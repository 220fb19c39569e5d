import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDir } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkQueue, readJobs } from '../src/index.ts';
import { serve } from './support/servers.ts';

let scratch: Awaited<ReturnType<typeof scratchDir>>;
beforeEach(async () => {
  scratch = await scratchDir();
});
afterEach(() => scratch.remove());

function file(text: string): string {
  const path = join(scratch.dir, 'jobs');
  writeFileSync(path, text);
  return path;
}

const frozenAt = '2026-05-02T01:00:00Z';
const job = (id: string, createdAt?: string) => ({ id, createdAt });

describe('a queue of the new side', () => {
  it('holds where it is empty, or holds only what was made since the freeze', () => {
    expect(checkQueue({ jobs: [], frozenAt })).toMatchObject({ outcome: 'holds', looked: 1 });
    expect(checkQueue({ jobs: [job('a', '2026-05-02T01:00:01Z')], frozenAt }).outcome).toBe('holds');
    expect(checkQueue({ jobs: [job('a')], oldJobs: [job('b')] }).outcome).toBe('holds');
  });

  it('fails for a job from before the freeze, and for one that the old side has', () => {
    const restored = checkQueue({ jobs: [job('a', '2026-05-02T00:59:59Z')], frozenAt });
    expect(restored.findings.map(({ code, subject }) => [code, subject])).toEqual([['job-restored', 'a']]);
    const both = checkQueue({ jobs: [job('a', '2027-01-01T00:00:00Z')], oldJobs: [job('a')], frozenAt });
    expect(both.findings.map(({ code }) => code)).toEqual(['job-of-both']);
  });

  it('is unknown where nothing tells old from new', () => {
    expect(checkQueue({ jobs: [job('a')], frozenAt })).toMatchObject({ outcome: 'unknown' });
    expect(checkQueue({ jobs: [job('a', '2026-05-02T00:00:00Z')] }).outcome).toBe('unknown');
  });
});

describe('jobs', () => {
  it.each([
    ['a list', '[{"id":"a","createdAt":"2026-05-02T01:00:00Z"}]'],
    ['one a line', '{"id":"a","created_on":"2026-05-02T03:00:00+02:00"}\n'],
    ['milliseconds', '{"jobId":"a","timestamp":1777683600000}'],
    ['seconds', '{"id":"a","created":1777683600}'],
    [
      'rows of a dump',
      '{"table":"jobs","columns":[]}\n{"table":"jobs","row":{"ID":"a","Created":"2026-05-02 01:00:00"}}',
    ],
  ])('are read from %s', async (_name, text) => {
    expect(await readJobs(file(text))).toEqual([job('a', '2026-05-02T01:00:00.000Z')]);
  });

  it('are read from an address, and refused where it answers something else', async () => {
    let status = 200;
    const site = await serve((_request, response) => response.writeHead(status).end('[{"id":1}]'));
    try {
      expect(await readJobs(site.url)).toEqual([job('1')]);
      status = 403;
      await expect(readJobs(site.url)).rejects.toMatchObject({ code: 'queue-unreadable', exitCode: 4 });
    } finally {
      await site.close();
    }
  });

  it.each([
    ['what is no JSON', 'no'],
    ['a job without an id', '{"createdAt":"2026-05-02T01:00:00Z"}'],
    ['no object', '[1]'],
  ])('are refused: %s', async (_name, text) => {
    await expect(readJobs(file(text))).rejects.toMatchObject({ code: 'queue-unreadable' });
  });

  it('of an empty file are none', async () => {
    expect(await readJobs(file(''))).toEqual([]);
    expect(await readJobs(file('[]'))).toEqual([]);
  });
});
