import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CutoverError, exitCodes } from '@cutover/core';
import type { Expectation } from '@cutover/importer';
import type { Profile } from '@cutover/records';
import {
  type ExpectedUrl,
  type LogFacts,
  noFacts,
  readAccessLogs,
  readSitemap,
  readUrlFile,
  type RowUrls,
  sitePath,
} from '@cutover/verify';
import type { CommonOptions, DumpOptions } from '../../options.ts';
import type { Output } from '../../output.ts';
import { expectationsOf } from './expectations-of.ts';

export interface UrlSources {
  readonly dump?: string[];
  readonly asOf?: string;
  readonly urls?: string;
  readonly sitemap?: string;
  readonly log?: string[];
  readonly days?: number;
  readonly parameters?: string[];
}

type Expect = (url: string, hits?: number) => ExpectedUrl;

export interface CollectedUrls {
  readonly rows: AsyncIterable<RowUrls>;
  /** Filled by whoever goes through the rows. */
  readonly first: string[];
  facts(): { evidence: Record<string, unknown>; couldNotTell: string | undefined };
  period(): { from?: string | undefined; to?: string | undefined };
  remove(): Promise<void>;
}

/** A page, and nothing else, is owed where no rules were given. */
const pageThere: Expect = (url, hits) => ({
  url,
  rule: 'a page',
  status: 200,
  ...(hits === undefined ? {} : { hits }),
});

/** The URLs of all sources that were given, one after another. Throws CutoverError `urls-missing` without any. */
export async function collectUrls(
  options: UrlSources & CommonOptions & DumpOptions,
  profile: Profile,
  expect: Expect | undefined,
  out: Output,
): Promise<CollectedUrls> {
  const { dump, urls, sitemap, log } = options;
  if ([dump, urls, sitemap, log].every((one) => one === undefined)) throw urlsMissing();
  await mkdir(options.stateDir, { recursive: true, mode: 0o700 });
  const workDir = await mkdtemp(join(resolve(options.stateDir), 'urls-'));
  const remove = (): Promise<void> => rm(workDir, { recursive: true, force: true });
  const facts = noFacts();
  const expectation = expect ?? pageThere;
  async function* rows(): AsyncGenerator<RowUrls> {
    if (dump !== undefined) yield* impliedUrls(expectationsOf(dump, options, profile, workDir, out));
    if (urls !== undefined) yield* readUrlFile(urls, expectation);
    if (sitemap !== undefined) yield* fromSitemap(sitemap, expectation);
    if (log !== undefined)
      yield* fromLogs(log, options, profile, { workDir, facts, expect: expectation, out });
  }
  return {
    rows: rows(),
    first: [],
    facts: () => (log === undefined ? { evidence: {}, couldNotTell: undefined } : logFacts(facts)),
    period: () => ({ from: facts.from, to: facts.to }),
    remove,
  };
}

async function* impliedUrls(expectations: AsyncIterable<Expectation>): AsyncGenerator<RowUrls> {
  for await (const { row, urls } of expectations) if (urls !== undefined) yield { row, urls };
}

async function* fromSitemap(place: string, expect: Expect): AsyncGenerator<RowUrls> {
  for await (const address of readSitemap(place)) {
    const url = sitePath(address);
    if (url !== undefined) yield { row: 'sitemap', urls: [expect(url)] };
  }
}

async function* fromLogs(
  paths: readonly string[],
  { days, parameters }: UrlSources,
  profile: Profile,
  { workDir, facts, expect, out }: { workDir: string; facts: LogFacts; expect: Expect; out: Output },
): AsyncGenerator<RowUrls> {
  const sinceMs = days === undefined ? undefined : Date.now() - days * 86_400_000;
  const counted = readAccessLogs(
    paths,
    {
      workDir,
      parameters: parameters ?? profile.urls.parameters ?? [],
      sinceMs,
      onProgress: (lines) => void out.onEvent({ type: 'progress', phase: 'access log', rowsDone: lines }),
    },
    facts,
  );
  for await (const { url, hits } of counted) yield { row: 'access log', urls: [expect(url, hits)] };
}

function logFacts(facts: LogFacts): { evidence: Record<string, unknown>; couldNotTell: string | undefined } {
  return {
    evidence: { log: facts },
    couldNotTell:
      facts.unreadable === 0
        ? undefined
        : `${facts.unreadable} lines of the logs cannot be read, the first is ${facts.firstUnreadable}`,
  };
}

function urlsMissing(): CutoverError {
  return new CutoverError('urls-missing', 'there is no source of URLs', {
    next: 'give --dump, --urls, --sitemap or --log',
    exitCode: exitCodes.usage,
  });
}
