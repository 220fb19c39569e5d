import type { Check } from '@cutover/core';
import type { Profile } from '@cutover/records';
import { openPublicStore } from '@cutover/stores';
import {
  addressOf,
  checkHttps,
  checkRedirectRules,
  DecisionBook,
  followRedirects,
  hitsSentence,
  type JudgedUrl,
  parseVia,
  readIndexes,
  readMapping,
  readVia,
  RedirectCsv,
  RuleBook,
  sampleUrls,
  type Tally,
  undecidedAsMapping,
  type Via,
  redirectHtml,
} from '@cutover/verify';
import { Command, InvalidArgumentError } from 'commander';
import { assertDumps } from '../../dump-files.ts';
import type { Finish } from '../../main.ts';
import {
  type CommonOptions,
  type DumpOptions,
  httpUrl,
  moment,
  outputOf,
  positiveInteger,
  withCommonOptions,
  withDumpOptions,
} from '../../options.ts';
import type { Output } from '../../output.ts';
import { loadProfile } from '../../profile.ts';
import { assertWritable, writeForOwner } from '../../report-file.ts';
import { concludeVerification } from './conclude.ts';
import { collectUrls, type UrlSources } from './url-sources.ts';

export interface RedirectsOptions extends CommonOptions, DumpOptions, UrlSources {
  readonly public?: string;
  readonly branch: string;
  readonly mapping?: string;
  readonly undecided?: string;
  readonly sample?: number;
  readonly seed: string;
  readonly legacy?: string;
  readonly legacyVia?: string;
  readonly via?: string[];
  readonly plainHttp?: true | string;
  readonly concurrency: number;
  readonly rate?: number;
  readonly head?: boolean;
  readonly csv?: string;
  readonly html?: string;
  readonly report?: string;
}

export function verifyRedirectsCommand(finish: Finish): Command {
  const command = new Command('redirects')
    .description(
      'Ask a site for its old URLs: status, exact Location, one hop, and the right record behind it.\nThe URLs come from the source data, a file, a sitemap or access logs; --sample draws some of them.\nA URL alone is owed what the rules say of the records in --public; without --public, a page there.',
    )
    .argument('<url>', 'the site to ask, ours or any other', httpUrl);
  return withAskOptions(withSourceOptions(withDumpOptions(withCommonOptions(command))))
    .option('--csv <file>', 'write every URL with its result there')
    .option('--html <file>', 'write a page with the patterns and the URLs with most hits there')
    .option('--report <file>', 'write the report there too: JSON, or Markdown for .md')
    .action((url: string, options: RedirectsOptions) => finish(verifyRedirects(url, options)));
}

function withSourceOptions(command: Command): Command {
  return command
    .option('--dump <file...>', 'every URL that the rows of these mysqldump files imply')
    .option('--as-of <time>', 'when the dump was taken, where it does not say so', moment)
    .option('--urls <file>', 'URLs, one a line; or URL, status, Location and marker separated by tabs')
    .option('--sitemap <place>', 'file or address of a sitemap or sitemap index, plain or gzipped')
    .option('--log <file...>', 'access logs: common, combined or JSON, plain or gzipped; counted by hits')
    .option('--days <n>', 'of the logs only the last so many days', positiveInteger)
    .option('--parameters <names>', "query parameters that matter in logs, instead of the profile's", list)
    .option('--public <dir>', 'bare git repository of public records, which the rules look up')
    .option('--branch <name>', 'branch of --public', 'legacy-import')
    .option('--mapping <file>', 'decisions on URLs that no rule knows: redirect, archive or gone')
    .option('--undecided <file>', 'write what is left to decide there, with suggestions, as a mapping file')
    .option('--sample <n>', 'draw so many of the URLs at random', positiveInteger)
    .option('--seed <text>', 'what the sample is drawn by; the same seed draws the same', 'cutover');
}

function withAskOptions(command: Command): Command {
  return command
    .option('--legacy <url>', 'ask the old site for the same URLs, and compare', httpUrl)
    .option('--legacy-via <address>', 'IP or IP:port where the old site is, whatever DNS says', via)
    .option(
      '--via <place...>',
      'where the new site is, whatever DNS says: IP or IP:port; name=IP for any host; or a file like /etc/hosts',
    )
    .option(
      '--plain-http [url]',
      'the site asked without encryption must lead to HTTPS; give its address where it is not the same name',
    )
    .option('--concurrency <n>', 'requests to a host at once', positiveInteger, 16)
    .option('--rate <n>', 'requests to a host in a second, at most', positiveInteger)
    .option('--head', 'ask for redirects with HEAD; pages are always fetched');
}

async function verifyRedirects(url: string, options: RedirectsOptions): Promise<number> {
  const out = outputOf(options);
  const startedAt = new Date().toISOString();
  await assertDumps(options.dump ?? []);
  await assertWritable(options.html, options.undecided);
  const profile = await loadProfile(options.profile);
  const places = await readVia(options.via ?? []);
  const book = await ruleBook(options, profile);
  const csv = options.csv === undefined ? undefined : await RedirectCsv.open(options.csv);
  const urls = await collectUrls(options, profile, book?.expect, out);
  const left: JudgedUrl[] = [];
  try {
    const drawn =
      options.sample === undefined ? undefined : await sampleUrls(urls.rows, options.sample, options.seed);
    const rows = drawn?.rows ?? urls.rows;
    const { check, tally } = await followRedirects(url, remembering(rows, urls.first), {
      ...askOptions(options, places),
      onResult: async (judged) => {
        if (judged.result === 'undecided' && left.length < maxUndecided) left.push(judged);
        await csv?.add(judged);
      },
      onProgress: (done) => void out.onEvent({ type: 'progress', phase: 'redirects', rowsDone: done }),
      source: () => sourceFacts(urls.facts(), book, drawn?.total),
    });
    const checks = [
      check,
      ...(await otherChecks(url, options, { profile, book, first: urls.first, places })),
    ];
    if (options.html !== undefined) await writeForOwner(options.html, redirectHtml(url, check, tally));
    if (options.undecided !== undefined) await writeUndecided(options.undecided, left);
    return await conclude(out, options, { startedAt, checks, tally, profile, period: urls.period() });
  } finally {
    await csv?.close();
    await urls.remove();
  }
}

/** What is left to decide is for humans: no more than they will read. */
const maxUndecided = 10_000;

async function conclude(
  out: Output,
  options: RedirectsOptions,
  found: {
    readonly startedAt: string;
    readonly checks: readonly Check[];
    readonly tally: Tally;
    readonly profile: Profile;
    readonly period: { from?: string | undefined; to?: string | undefined };
  },
): Promise<number> {
  const sentence = hitsSentence(found.tally, found.period);
  out.line(sentence);
  return concludeVerification(out, {
    command: 'verify redirects',
    startedAt: found.startedAt,
    checks: found.checks,
    report: options.report,
    details: { profile: `${found.profile.name}/${found.profile.version}`, hits: sentence },
  });
}

type Book = RuleBook | DecisionBook;

/** What URLs alone are owed; undefined where neither records nor decisions say it. */
async function ruleBook(options: RedirectsOptions, profile: Profile): Promise<Book | undefined> {
  const decisions = options.mapping === undefined ? [] : await readMapping(options.mapping);
  if (options.public === undefined)
    return options.mapping === undefined && options.log === undefined
      ? undefined
      : new DecisionBook(decisions);
  const store = await openPublicStore(options.public);
  const records = await readIndexes(store, options.branch, profile.target);
  return new RuleBook({ rules: profile.urls, target: profile.target, records, decisions });
}

function askOptions(options: RedirectsOptions, places: Via): Parameters<typeof followRedirects>[2] {
  const { legacy, legacyVia, concurrency, rate, head } = options;
  return {
    concurrency,
    via: places,
    ratePerSecond: rate,
    head: head === true,
    ...(legacy === undefined ? {} : { legacy: { url: legacy, via: legacyVia } }),
  };
}

async function otherChecks(
  url: string,
  options: RedirectsOptions,
  {
    profile,
    book,
    first,
    places,
  }: { profile: Profile; book: Book | undefined; first: readonly string[]; places: Via },
): Promise<Check[]> {
  const checks = !(book instanceof RuleBook) ? [] : [checkRedirectRules(profile.urls, profile.target)];
  if (options.plainHttp === undefined) return checks;
  const plainOrigin = options.plainHttp === true ? undefined : options.plainHttp;
  return [
    ...checks,
    await checkHttps(url, first, {
      plainOrigin,
      via: plainOrigin === undefined ? addressOf(places, url, true) : undefined,
    }),
  ];
}

function sourceFacts(
  facts: { evidence: Record<string, unknown>; couldNotTell: string | undefined },
  book: Book | undefined,
  drawnOf: number | undefined,
) {
  const unused = book?.unusedDecisions() ?? [];
  return {
    evidence: {
      ...facts.evidence,
      ...(drawnOf === undefined ? {} : { sampleOf: drawnOf }),
      ...(unused.length === 0 ? {} : { unusedDecisions: unused }),
    },
    couldNotTell: facts.couldNotTell,
  };
}

async function writeUndecided(path: string, left: readonly JudgedUrl[]): Promise<void> {
  const byHits = [...left].sort((a, b) => (b.expected.hits ?? 1) - (a.expected.hits ?? 1));
  const lines = byHits.map(({ expected: { url, hits = 1, suggestion } }) => ({
    url,
    hits,
    decision: suggestion?.decision ?? 'gone',
    to: suggestion?.to,
    because: suggestion?.because ?? 'nothing is known of it',
  }));
  await writeForOwner(path, undecidedAsMapping(lines));
}

/** Keeps the first few addresses, to ask for them without encryption too. */
async function* remembering<T extends { urls: readonly { url: string }[] }>(
  rows: AsyncIterable<T> | Iterable<T>,
  first: string[],
): AsyncGenerator<T> {
  for await (const row of rows) {
    const [one] = row.urls;
    if (one !== undefined && one.url.startsWith('/') && first.length < 20) first.push(one.url);
    yield row;
  }
}

function via(text: string): string {
  try {
    parseVia(text);
    return text;
  } catch {
    throw new InvalidArgumentError('It must be an IP address, with or without a port.');
  }
}

function list(text: string): string[] {
  return text.split(',').filter((name) => name !== '');
}
