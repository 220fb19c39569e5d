import { once } from 'node:events';
import { expect, it } from 'vitest';
import { startThread, stopThread } from '../src/index.ts';

const start = (busyMs: number, zlib: boolean) =>
  startThread(new URL('./busy-thread.ts', import.meta.url), { busyMs, zlib }, 3);

it('ends threads between two messages, however many streams of zlib they make', async () => {
  const said: unknown[] = [];
  const threads = Array.from({ length: 12 }, () => start(100, true));
  for (const thread of threads) {
    thread.on('message', (message) => said.push(message));
    thread.postMessage('go');
  }
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  await Promise.all(threads.map((thread) => stopThread(thread)));
  expect(said.filter((message) => message === 'begun')).toHaveLength(12);
  expect(said.filter((message) => message === 'done')).toHaveLength(12);
  await stopThread(threads[0]!);
});

it('ends a thread by force that goes on and on, and one that has just been started', async () => {
  // Node itself may abort where force meets a stream of zlib: why threads are asked first.
  const endless = start(1e9, false);
  endless.postMessage('go');
  await once(endless, 'message');
  const ended = once(endless, 'exit');
  await stopThread(endless, 50);
  expect(await ended).toEqual([1]);
  const fresh = start(0, true);
  const gone = once(fresh, 'exit');
  await stopThread(fresh);
  expect(await gone).toEqual([0]);
});
