import { readFile, writeFile } from 'node:fs/promises';
import { CutoverError, exitCodes, messageOf } from '@cutover/core';
import { parseSourceUrl, readPrivileges, type ServerAddress, Session } from '@cutover/livesource';
import { defaultWindowMs, type FreezeProof, proveFreeze } from '@cutover/verify';
import { Command, InvalidArgumentError } from 'commander';
import { environment } from '../../environment.ts';
import type { Finish } from '../../main.ts';
import { type CommonOptions, httpUrl, outputOf, positiveInteger, withCommonOptions } from '../../options.ts';
import { sourcePassword } from '../../secret-input.ts';
import { concludeVerification } from './conclude.ts';

interface FreezeOptions extends CommonOptions {
  readonly source: string;
  readonly sourcePasswordFile?: string;
  readonly passwordFromStdin?: boolean;
  readonly applicationSource?: string;
  readonly applicationPasswordFile?: string;
  readonly canaryUrl?: string;
  readonly canaryMethod: 'GET' | 'POST';
  readonly canaryRefused?: number[];
  readonly window: number;
  readonly interval: number;
  readonly proof?: string;
  readonly since?: string;
  readonly report?: string;
}

export function verifyFreezeCommand(finish: Finish): Command {
  const command = new Command('freeze').description(
    'Prove that the legacy system takes no more writes, over a window longer than a watchdog takes to thaw it.\nWhat an account may not see is unknown: it needs SELECT on the database and BINLOG MONITOR (MySQL: REPLICATION CLIENT).',
  );
  return withCommonOptions(command)
    .requiredOption(
      '--source <url>',
      'mysql://user@host:port/database of the legacy server; the password comes from CUTOVER_SOURCE_PASSWORD',
    )
    .option('--source-password-file <file>', 'file whose first line is the password of --source')
    .option('--password-from-stdin', 'read the password of --source from stdin')
    .option(
      '--application-source <url>',
      "the same with the application's own account, whose writes must be refused; its password comes from CUTOVER_APPLICATION_PASSWORD",
    )
    .option(
      '--application-password-file <file>',
      'file whose first line is the password of --application-source',
    )
    .option('--canary-url <url>', 'a write through the application, which must be refused', httpUrl)
    .option('--canary-method <method>', 'how it is asked for: POST or GET', method, 'POST')
    .option(
      '--canary-refused <statuses>',
      'statuses that are a refusal; 403, 405, 423 and 503 by default',
      statuses,
    )
    .option('--window <seconds>', 'how long nothing may change', positiveInteger, defaultWindowMs / 1000)
    .option('--interval <seconds>', 'how often to look', positiveInteger, 5)
    .option('--proof <file>', 'where all holds, write there what the frozen system looked like')
    .option('--since <file>', 'such a file of an earlier step: nothing may have changed since')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((options: FreezeOptions) => finish(verifyFreeze(options)));
}

async function verifyFreeze(options: FreezeOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const { canaryUrl } = options;
  const source = parseSourceUrl(options.source);
  const applicationSource =
    options.applicationSource === undefined ? undefined : parseSourceUrl(options.applicationSource);
  const since = options.since === undefined ? undefined : await readProof(options.since, source.database);
  const sessions: Session[] = [];
  const open = async (address: ServerAddress, password: string | undefined): Promise<Session> => {
    const session = await Session.open(address, { password });
    sessions.push(session);
    return session;
  };
  try {
    const sql = await open(source, await sourcePassword(passwordOptions(options)));
    const application =
      applicationSource === undefined
        ? undefined
        : await open(applicationSource, await applicationPassword(options.applicationPasswordFile));
    const { held, unproven } = await readPrivileges(sql, source.database);
    const { checks, proof } = await proveFreeze({
      sql,
      database: source.database,
      seesEveryTable: held.has('SELECT') && !unproven,
      application,
      canary:
        canaryUrl === undefined
          ? undefined
          : {
              url: canaryUrl,
              method: options.canaryMethod,
              ...(options.canaryRefused === undefined ? {} : { refusedBy: options.canaryRefused }),
            },
      windowMs: options.window * 1000,
      intervalMs: options.interval * 1000,
      since,
      onProgress: (done, total) =>
        void out.onEvent({
          type: 'progress',
          phase: 'seconds watched',
          rowsDone: Math.floor(done / 1000),
          rowsTotal: total / 1000,
        }),
    });
    if (options.proof !== undefined && proof !== undefined)
      await writeFile(options.proof, `${JSON.stringify(proof, null, 2)}\n`, { mode: 0o600 });
    return await concludeVerification(out, {
      command: 'verify freeze',
      startedAt,
      checks,
      report: options.report,
    });
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}

function passwordOptions({ sourcePasswordFile: file, passwordFromStdin }: FreezeOptions) {
  return { fromStdin: passwordFromStdin === true, ...(file === undefined ? {} : { file }) };
}

function applicationPassword(file: string | undefined): Promise<string | undefined> {
  return file === undefined
    ? Promise.resolve(environment('CUTOVER_APPLICATION_PASSWORD'))
    : sourcePassword({ fromStdin: false, file });
}

async function readProof(path: string, database: string): Promise<FreezeProof> {
  const next = 'give a file that --proof has written for this database';
  let proof: FreezeProof;
  try {
    proof = JSON.parse(await readFile(path, 'utf8')) as FreezeProof;
  } catch (cause) {
    throw new CutoverError('freeze-proof-unreadable', `${path} cannot be read: ${messageOf(cause)}`, {
      next,
      exitCode: exitCodes.usage,
      cause,
    });
  }
  if (proof.database === database && typeof proof.sums === 'object' && typeof proof.observation === 'object')
    return proof;
  throw new CutoverError('freeze-proof-unreadable', `${path} is no proof of ${database}`, {
    next,
    exitCode: exitCodes.usage,
  });
}

function method(text: string): string {
  const upper = text.toUpperCase();
  if (upper === 'GET' || upper === 'POST') return upper;
  throw new InvalidArgumentError('It must be GET or POST.');
}

function statuses(text: string): number[] {
  const list = text.split(',');
  if (list.every((one) => /^[2-5]\d\d$/.test(one))) return list.map(Number);
  throw new InvalidArgumentError('It must be statuses, separated by commas.');
}
