import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../support/start.ts';

let api: TestApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

describe('stopping', () => {
  it('drops no request of visitors whom a proxy sends elsewhere once the API is not ready', async () => {
    const running = (api = await startTestApi({ options: { drainMs: 1500 } }));
    const agent = new Agent({ connections: 8, pipelining: 1 });
    let isReady = true;
    const outcomes: (number | string)[] = [];
    const readiness: number[] = [];
    const proxy = async (): Promise<void> => {
      while (isReady) {
        const answer = await request(`${running.url}/api/health/ready`, { dispatcher: agent });
        await answer.body.dump();
        readiness.push(answer.statusCode);
        isReady = answer.statusCode === 200;
        await sleep(20);
      }
    };
    const visitor = async (): Promise<void> => {
      while (isReady) {
        const outcome = await request(`${running.url}/books/sky`, { dispatcher: agent }).then(
          async (answer) => (await answer.body.dump(), answer.statusCode),
          (error: Error) => error.message,
        );
        outcomes.push(outcome);
      }
    };
    const all = [proxy(), ...Array.from({ length: 8 }, visitor)];
    while (readiness.length < 2 || outcomes.length <= 20) await sleep(20);
    const closing = running.close();
    api = undefined;
    await Promise.all(all);
    await closing;
    await agent.close();
    expect(readiness).toContain(200);
    expect(readiness.at(-1)).toBe(503);
    expect(new Set(outcomes)).toEqual(new Set([200]));
    await expect(request(`${running.url}/books/sky`)).rejects.toThrow();
  });

  it('answers what is under way, and waits for no connection that is kept for more', async () => {
    const running = (api = await startTestApi());
    const { hostname, port } = new URL(running.url);
    const socket = connect(Number(port), hostname);
    const answered = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    const body = JSON.stringify({ login: 'nobody', password: 'nothing' });
    socket.write(
      `POST /api/auth/sign-in HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n{`,
    );
    await sleep(100);
    const closing = running.close();
    api = undefined;
    await sleep(100);
    socket.write(body.slice(1));
    const answer = await answered;
    const isStopped = await Promise.race([closing.then(() => true), sleep(10_000, false)]);
    expect(isStopped).toBe(true);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});
