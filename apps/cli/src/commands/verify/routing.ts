import { type Check, CutoverError, exitCodes } from '@cutover/core';
import {
  checkAuthoritative,
  checkInternalUrls,
  checkQueue,
  checkResolvers,
  checkWriters,
  parseVia,
  readJobs,
  type RecordsInput,
} from '@cutover/verify';
import { Command, InvalidArgumentError } from 'commander';
import type { Finish } from '../../main.ts';
import {
  type CommonOptions,
  httpUrl,
  moment,
  outputOf,
  positiveInteger,
  withCommonOptions,
} from '../../options.ts';
import { concludeVerification } from './conclude.ts';

interface RoutingOptions extends CommonOptions {
  readonly authoritative?: string[];
  readonly resolver?: string[];
  readonly address?: string[];
  readonly maxTtl: number;
  readonly loweredAt?: string;
  readonly oldTtl?: number;
  readonly internal?: string[];
  readonly alsoPublic?: string[];
  readonly host?: Record<string, string>;
  readonly writer?: string;
  readonly writePath?: string;
  readonly queue?: string;
  readonly oldQueue?: string;
  readonly frozenAt?: string;
  readonly report?: string;
}

export function verifyRoutingCommand(finish: Finish): Command {
  const command = new Command('routing')
    .description(
      'Look at the public name that moves: what DNS tells whom and for how long, that nothing internal goes through it,\nthat exactly one host takes writes,\nand that the queue was begun empty. Only what is given is looked at.',
    )
    .argument('<url>', 'the public site', httpUrl);
  return withCommonOptions(command)
    .option(
      '--address <ip...>',
      'addresses that everybody must be told now: the old ones before the flip, the new after it',
    )
    .option('--authoritative <server...>', 'servers of the zone, as IP or IP:port', servers)
    .option('--resolver <server...>', 'resolvers that people use, as IP or IP:port', servers)
    .option('--max-ttl <seconds>', 'how long a record may live', positiveInteger, 300)
    .option('--lowered-at <time>', 'when the TTL was lowered', moment)
    .option('--old-ttl <seconds>', 'what it was before', positiveInteger)
    .option('--internal <url...>', 'addresses by which parts of the system call each other', urls)
    .option('--also-public <name...>', 'further names that move')
    .option('--host <name=ip...>', 'hosts that could take writes, the old one and every new one', hosts)
    .option('--writer <name>', 'which of them is to take writes now; none by default')
    .option('--write-path <path>', 'a harmless write, e.g. a sign-in, asked for with POST')
    .option(
      '--queue <place>',
      'jobs of the new side, as JSON in a file or at an address: none from the old side',
    )
    .option('--old-queue <place>', 'the same of the old side, as it was frozen')
    .option('--frozen-at <time>', 'when the old side was frozen: no job of --queue is older', moment)
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((url: string, options: RoutingOptions) => finish(verifyRouting(url, options)));
}

async function verifyRouting(url: string, options: RoutingOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  const name = new URL(url).hostname;
  const { authoritative, resolver, internal, host, writePath, queue } = options;
  const records =
    authoritative === undefined && resolver === undefined ? undefined : recordsInput(name, options);
  if ([records, internal, host, queue].every((one) => one === undefined)) throw nothingGiven();
  if (queue !== undefined && options.oldQueue === undefined && options.frozenAt === undefined)
    throw incomplete('--queue was given without --old-queue or --frozen-at');
  if (host !== undefined && writePath === undefined)
    throw incomplete('--host was given without --write-path');
  const checks = [
    ...(authoritative === undefined ? [] : [await checkAuthoritative(records!)]),
    ...(resolver === undefined ? [] : [await checkResolvers(records!)]),
    ...(internal === undefined
      ? []
      : [await checkInternalUrls({ publicNames: [name, ...(options.alsoPublic ?? [])], urls: internal })]),
    ...(host === undefined
      ? []
      : [await checkWriters({ url, hosts: host, writer: options.writer, path: writePath! })]),
    ...(queue === undefined ? [] : [await queueCheck(queue, options)]),
  ];
  return concludeVerification(out, { command: 'verify routing', startedAt, checks, report: options.report });
}

async function queueCheck(queue: string, { oldQueue, frozenAt }: RoutingOptions): Promise<Check> {
  return checkQueue({
    jobs: await readJobs(queue),
    oldJobs: oldQueue === undefined ? undefined : await readJobs(oldQueue),
    frozenAt,
  });
}

function recordsInput(name: string, options: RoutingOptions): RecordsInput {
  const { address, loweredAt, oldTtl } = options;
  if (address === undefined) throw incomplete('--authoritative and --resolver need --address');
  if ((loweredAt === undefined) !== (oldTtl === undefined))
    throw incomplete('--lowered-at and --old-ttl go together');
  return {
    name,
    authoritative: options.authoritative ?? [],
    resolvers: options.resolver ?? [],
    addresses: address,
    maxTtlSeconds: options.maxTtl,
    lowered: loweredAt === undefined ? undefined : { at: loweredAt, fromSeconds: oldTtl! },
  };
}

function servers(text: string, before: string[] = []): string[] {
  return [...before, checked(text)];
}

function checked(text: string): string {
  try {
    parseVia(text);
    return text;
  } catch {
    throw new InvalidArgumentError('It must be an IP address, with or without a port.');
  }
}

function urls(text: string, before: string[] = []): string[] {
  return [...before, httpUrl(text)];
}

function hosts(text: string, before: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=IP.');
  return { ...before, [text.slice(0, at)]: checked(text.slice(at + 1)) };
}

function nothingGiven(): CutoverError {
  return incomplete('there is nothing to look at');
}

function incomplete(message: string): CutoverError {
  return new CutoverError('routing-options', message, {
    next: 'give --address with --authoritative or --resolver, --internal, --host with --write-path, or --queue with --frozen-at',
    exitCode: exitCodes.usage,
  });
}
