import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CutoverError, duration, type ExitCode, exitCodes, messageOf } from '@cutover/core';
import { callNode, type NodeConfig, type ShownRecord } from '@cutover/transfer/node';
import type { Command } from 'commander';
import { type CommonOptions, withCommonOptions } from './options.ts';
import { count, type Output } from './output.ts';

export interface NodeOptions extends CommonOptions {
  readonly config: string;
  readonly server: string;
}

/** Options of commands that call the node of this host about one server. */
export function withNodeOptions(command: Command): Command {
  return withCommonOptions(command)
    .requiredOption('--config <file>', 'the configuration of the node that is called: its address and key')
    .requiredOption('--server <uuid>', 'the server');
}

/** Throws CutoverError `server-uuid`. */
export function serverOf(server: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(server)) return server.toLowerCase();
  throw new CutoverError('server-uuid', `${JSON.stringify(server)} is no UUID`, {
    next: 'name the server by its UUID',
    exitCode: exitCodes.usage,
  });
}

/** Throws CutoverError `node-url`. */
export function nodeUrl(url: string): string {
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return url;
  throw new CutoverError('node-url', `${JSON.stringify(url)} is no https:// URL`, {
    next: 'give the url that the configuration of the destination has',
    exitCode: exitCodes.usage,
  });
}

/** As a node takes it. From a file, or from stdin with `-`: never from an argument, which others may read. */
export function bearerFrom(path: string): string {
  let text: string;
  try {
    text = readFileSync(path === '-' ? 0 : path, 'utf8').trim();
  } catch (cause) {
    throw new CutoverError('token-file', `the token cannot be read: ${messageOf(cause)}`, {
      next: 'name the file that `cutover node token` wrote, or - for stdin, with --token-file',
      exitCode: exitCodes.usage,
      cause,
    });
  }
  if (/^(Bearer )?[\w-]+\.[\w-]+\.[\w-]+$/.test(text))
    return text.startsWith('Bearer ') ? text : `Bearer ${text}`;
  throw new CutoverError('token-file', 'what was given is no token', {
    next: 'make one with `cutover node token` on the destination, and give it with --token-file',
    exitCode: exitCodes.usage,
  });
}

export const recordOf = async (config: NodeConfig, server: string): Promise<ShownRecord> =>
  (await callNode(config, 'GET', `/api/servers/${server}`)) as ShownRecord;

const isGoing = ({ state }: ShownRecord): boolean =>
  state === 'transfer_pending' || state === 'transfer_in_progress';

/** Says how it goes until it has ended; the move goes on where this is stopped. Without `wait` only how it stands. */
export async function untilEnded(
  config: NodeConfig,
  server: string,
  out: Output,
  wait: boolean,
): Promise<ShownRecord> {
  let said = '';
  for (;;) {
    const record = await recordOf(config, server);
    if (!wait || !isGoing(record)) return record;
    const line = oneLine(record);
    if (line !== said) out.note(line);
    said = line;
    await sleep(1000);
  }
}

/** How a server stands, for people; the whole record with --json. Answers the exit code. */
export function sayRecord(record: ShownRecord, out: Output): ExitCode {
  out.line(`${out.paint('bold', record.id)}  ${oneLine(record)}`);
  const { reason, unsafe, resumable, locked, unlockFailures, callback, archived, to } = record;
  if (to !== undefined) out.line(`  to ${to}`);
  if (reason !== undefined) out.line(`  ${reason.code}: ${reason.message}\n  next: ${reason.next}`);
  if (unsafe)
    out.line(
      `  partial data is here: do not start it; ${resumable === true ? 'a retry goes on with it, `cutover node clean-up` removes it' : 'remove it with `cutover node clean-up`'}`,
    );
  if (locked !== undefined) out.line(`  locked by ${locked.join(', ')}`);
  for (const failure of unlockFailures ?? []) out.line(`  ${failure}`);
  if (callback !== undefined && !callback.delivered) {
    const last = callback.last.at(-1);
    const answer = last === undefined ? 'not tried yet' : `${last.status ?? 'no answer'} ${last.body}`.trim();
    out.line(
      `  the hub ${callback.givenUp ? 'does not take' : 'has not yet taken'} ${callback.outcome} after ${callback.attempts} attempts: ${answer}`,
    );
  }
  if (archived !== undefined) out.line(`  archived at ${archived}`);
  return codeOf(record);
}

export function codeOf({ state, sentWhole }: ShownRecord): ExitCode {
  if (state === 'transfer_failed') return exitCodes.fails;
  if (state === 'timed_out') return sentWhole === true ? exitCodes.unknown : exitCodes.fails;
  return exitCodes.holds;
}

function oneLine(record: ShownRecord): string {
  const { role, state, phase, doing, percent, bytesDone, bytesPerSecond, etaSeconds, installing } = record;
  const parts: string[] = [role ?? 'no move', state];
  if (installing) parts.push('being installed');
  if (!isGoing(record)) return parts.join(' · ');
  if (phase !== null) parts.push(phase);
  if (doing !== undefined && doing !== phase) parts.push(doing);
  if (percent !== null) parts.push(`${percent} %`, `${count(bytesDone)} bytes`);
  if (bytesPerSecond !== null) parts.push(`${count(bytesPerSecond)} bytes/s`);
  if (etaSeconds !== null) parts.push(`about ${duration(etaSeconds * 1000)} left`);
  return parts.join(' · ');
}
