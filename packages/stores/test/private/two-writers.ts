import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PrivateRecord } from '@cutover/records';
import { expect } from 'vitest';
import type { PrivateStore, S3Settings } from '../../src/index.ts';

const script = fileURLToPath(new URL('writer.ts', import.meta.url));

export interface Writer {
  readonly name: string;
  readonly child: ChildProcess;
  /** How often each record was changed, as far as the writer said so. */
  readonly done: Map<string, number>;
  refused: number | undefined;
  errors: string;
  readonly ended: Promise<number | null>;
}

export function startWriter(url: string, name: string, changes: number, s3?: S3Settings): Writer {
  const seed = name.charCodeAt(0) * 7919;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', script, url, name, String(seed), String(changes)],
    {
      env: {
        ...process.env,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...(s3 === undefined ? {} : { WRITER_S3: JSON.stringify(s3) }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const writer: Writer = {
    name,
    child,
    done: new Map(),
    refused: undefined,
    errors: '',
    ended: new Promise((resolve) => child.once('close', resolve)),
  };
  let rest = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop()!;
    for (const line of lines) {
      if (line.startsWith('refused ')) writer.refused = Number(line.slice(8));
      else writer.done.set(line, (writer.done.get(line) ?? 0) + 1);
    }
  });
  child.stderr!.on('data', (chunk: Buffer) => (writer.errors += chunk.toString()));
  return writer;
}

/** Every change that a writer said it made is there, once; `mayBeMore`: one that it could not say any more. */
export async function expectNoneLost(
  store: PrivateStore,
  writers: readonly Writer[],
  mayBeMore = 0,
): Promise<void> {
  const records = new Map<string, PrivateRecord>();
  for await (const record of store.read('profiles')) records.set(record.id, record);
  let more = 0;
  let all = 0;
  for (const record of records.values()) {
    let sum = 0;
    for (const { name, done } of writers) {
      const stored = Number(record[name] ?? 0);
      const said = done.get(record.id) ?? 0;
      expect(stored, `${record.id} of ${name}`).toBeGreaterThanOrEqual(said);
      more += stored - said;
      sum += stored;
    }
    expect(record['all'], record.id).toBe(sum);
    all += sum;
  }
  for (const { done } of writers) for (const id of done.keys()) expect(records.has(id), id).toBe(true);
  expect(more).toBeLessThanOrEqual(mayBeMore);
  expect(all).toBe(
    writers.reduce((sum, { done }) => sum + [...done.values()].reduce((a, b) => a + b, 0), 0) + more,
  );
}
