import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type FakeResend, scratchDir, startFakeResend } from '@cutover/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal } from '../src/index.ts';
import { line } from './support/campaign.ts';
import { storesWith } from './support/people.ts';

const child = fileURLToPath(new URL('./support/sending-process.ts', import.meta.url));
const recipients = 1000;
/** Every step between which a process can end, also while the answer is on its way. */
const steps = [
  'intended',
  'payload kept',
  'sending',
  'asking',
  'answered',
  'concluded',
  'payload dropped',
] as const;

let scratch: Awaited<ReturnType<typeof scratchDir>>;
let resend: FakeResend;

beforeEach(async () => {
  scratch = await scratchDir('cutover-mailout-');
  resend = await startFakeResend();
  await storesWith(
    scratch.dir,
    Array.from({ length: recipients }, (_, number) => ({ number: number + 1 })),
  );
});
afterEach(async () => {
  await resend.stop();
  await scratch.remove();
});

function send(
  batch: number,
  kind = '-',
  nth = 0,
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  return new Promise((resolve) => {
    const args = [
      '--import',
      'tsx',
      child,
      scratch.dir,
      resend.url,
      resend.apiKey,
      String(batch),
      kind,
      String(nth),
    ];
    const started = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    started.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    started.once('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}

const timesAccepted = (): number[] => {
  const times = new Map<string, number>();
  for (const { to } of resend.accepted) times.set(to, (times.get(to) ?? 0) + 1);
  return [...times.values()];
};

describe.each([1, 40])('killed at every step, with %i mails in a request', (batch) => {
  it(`each of ${recipients} people is accepted exactly once`, async () => {
    for (const kind of steps) {
      const killed = await send(batch, kind, kind === 'intended' ? 0 : 2);
      expect([kind, killed.signal], killed.stderr).toEqual([kind, 'SIGKILL']);
    }
    // The step that only those pass who were killed before.
    await send(batch, 'asking', 0);
    expect((await send(batch, 'resumed', 0)).signal).toBe('SIGKILL');
    // Answers that are lost on their way, and requests that never arrive, in the run that ends well.
    resend.fault = (request) =>
      request % 17 === 0 ? 'answer-lost' : request % 19 === 0 ? 'lost' : undefined;
    const ended = await send(batch);
    expect(ended.code, ended.stderr).toBe(0);

    expect(timesAccepted()).toEqual(Array.from({ length: recipients }, () => 1));
    const journal = await Journal.open(`${scratch.dir}/campaign`, line());
    await journal.close();
    const ids = new Set(resend.accepted.map(({ id }) => id));
    expect(journal.entries.size).toBe(recipients);
    for (const { state, detail } of journal.entries.values()) {
      expect(state).toBe('accepted');
      expect(ids.has(detail!)).toBe(true);
    }
    // Once more: there is nobody left.
    const before = resend.requests;
    expect((await send(batch)).code).toBe(0);
    expect(resend.requests).toBe(before);
  });
});

describe('the count itself', () => {
  it('notices a server that forgets its keys between the two requests', async () => {
    expect((await send(1, 'answered', 0)).signal).toBe('SIGKILL');
    resend.forgetKeys();
    expect((await send(1)).code).toBe(0);
    expect(timesAccepted().filter((times) => times === 2)).toHaveLength(1);
  });
});
