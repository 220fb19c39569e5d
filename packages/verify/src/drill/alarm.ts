import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';

/** Whether an alarm is up, or why that could not be told. */
export type AlarmState = 'raised' | 'quiet' | { readonly unknown: string };

/** What somebody would be called by. */
export interface Alarm {
  /** Where it is looked for, for people. */
  readonly place: string;
  look(): Promise<AlarmState>;
  /** Forgets what was heard until now. */
  reset(): void;
  close(): Promise<void>;
}

const lookTimeoutMs = 15_000;
const maxBodyBytes = 1 << 20;

/**
 * An address that says whether the alarm is up (Alertmanager's `/api/v2/alerts`, the status page of a pinger):
 * it is while the answer, a 2xx, holds `match`. Any other status is no answer to the question.
 */
export function alarmAtUrl(url: string, match: string): Alarm {
  const look = async (): Promise<AlarmState> => {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(lookTimeoutMs) });
      const body = await answer.text();
      if (!answer.ok) return { unknown: `it answers ${answer.status}` };
      return body.includes(match) ? 'raised' : 'quiet';
    } catch (error) {
      return { unknown: messageOf((error as { cause?: unknown }).cause ?? error) };
    }
  };
  return { place: new URL(url).origin, look, reset: () => undefined, close: () => Promise.resolve() };
}

/** A line of the shell: exit 0 says that the alarm is up, 1 that it is not, anything else that it could not be told. */
export function alarmByCommand(line: string): Alarm {
  const look = (): Promise<AlarmState> =>
    new Promise((resolve) => {
      const child = spawn('sh', ['-c', line], { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
      const timer = setTimeout(() => {
        // With all that the line has started.
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      }, lookTimeoutMs);
      const told = (state: AlarmState): void => {
        clearTimeout(timer);
        resolve(state);
      };
      child.once('error', (error) => told({ unknown: error.message }));
      child.once('exit', (code) =>
        told(code === 0 ? 'raised' : code === 1 ? 'quiet' : { unknown: `the command ended with ${code}` }),
      );
    });
  return { place: 'the command', look, reset: () => undefined, close: () => Promise.resolve() };
}

/**
 * Listens as a webhook of the alarm's would, and takes any POST whose body holds `match` for the alarm.
 * Throws CutoverError `alarm-port-taken`.
 */
export async function alarmByWebhook(host: string, port: number, match: string): Promise<Alarm> {
  let isRaised = false;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      if (body.length < maxBodyBytes) body += chunk;
    });
    request.once('end', () => {
      if (request.method === 'POST' && body.includes(match)) isRaised = true;
      response.end('ok');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new CutoverError('alarm-port-taken', `${host}:${port} cannot be listened on: ${messageOf(cause)}`, {
          next: 'give --alarm-listen another address or port, the one that the alarm is sent to',
          exitCode: exitCodes.preflightFailed,
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    place: `http://${host}:${taken}`,
    look: () => Promise.resolve(isRaised ? 'raised' : 'quiet'),
    reset: () => {
      isRaised = false;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
