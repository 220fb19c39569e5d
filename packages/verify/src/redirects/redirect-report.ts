import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Check, CutoverError, messageOf } from '@cutover/core';
import type { JudgedUrl } from './expected-url.ts';
import { percent, sum, type Tally } from './tally.ts';

const columns =
  'url,hits,pattern,result,code,message,expected_status,expected_location,status,location,legacy_status,legacy_location,suggestion,from';

/** Writes every result as a line of CSV (RFC 4180) while they come. */
export class RedirectCsv {
  readonly #file: WriteStream;
  readonly #closed: Promise<unknown>;

  private constructor(path: string, file: FileHandle) {
    this.#file = file.createWriteStream();
    this.#closed = once(this.#file, 'close').catch((cause: unknown) => {
      throw notWritten(path, cause);
    });
    this.#closed.catch(() => undefined);
    this.#file.write(`${columns}\r\n`);
  }

  /** Throws CutoverError `report-not-written`, as `add` and `close` do. */
  static async open(path: string): Promise<RedirectCsv> {
    const file = await open(path, 'w', 0o600).catch((cause: unknown) => {
      throw notWritten(path, cause);
    });
    return new RedirectCsv(path, file);
  }

  readonly add = ({ row, expected, ...judged }: JudgedUrl): void | Promise<void> => {
    const { url, hits, rule, status, location, suggestion } = expected;
    const cells = [url, hits ?? '', rule, judged.result, judged.code, judged.message, status, location];
    const answers = [judged.status, judged.location, judged.legacy?.status, judged.legacy?.location];
    const advice = suggestion && [suggestion.decision, suggestion.to].filter(Boolean).join(' ');
    const line = [...cells, ...answers, advice, row].map(cell).join(',');
    if (!this.#file.write(`${line}\r\n`)) return this.#drained();
  };

  /** Where nothing can be written any more it has closed, and says why. */
  async #drained(): Promise<void> {
    await Promise.race([once(this.#file, 'drain').catch(() => this.#closed), this.#closed]);
  }

  async close(): Promise<void> {
    this.#file.end();
    await this.#closed;
  }
}

const notWritten = (path: string, cause: unknown): CutoverError =>
  new CutoverError('report-not-written', `nothing can be written to ${path}: ${messageOf(cause)}`, {
    next: 'give a path in a folder that is there and can be written',
    cause,
  });

/** Spreadsheets run what begins like a formula. */
function cell(value: string | number | undefined): string {
  const text = String(value ?? '');
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** `99.31 % of 12,345 hits verified`, with the period where it is known. */
export function hitsSentence(
  tally: Tally,
  period?: { from?: string | undefined; to?: string | undefined },
): string {
  const { hits } = tally;
  const when =
    period?.from === undefined ? '' : ` from ${period.from.slice(0, 10)} to ${period.to?.slice(0, 10)}`;
  return `${tally.share() ?? 'none'} of ${sum(hits).toLocaleString('en-US')} hits${when} verified`;
}

/** One page for people: the sentence, the patterns, and what is not verified by hits. */
export function redirectHtml(site: string, check: Check, tally: Tally): string {
  const patterns = [...tally.patterns]
    .sort(([, a], [, b]) => sum(b.hits) - sum(a.hits))
    .map(([rule, { urls, hits }]) =>
      tr([
        rule,
        sum(urls),
        urls.verified,
        urls.failed,
        urls.unknown,
        urls.undecided,
        sum(hits),
        percent(hits.verified, Math.max(1, sum(hits))),
      ]),
    );
  const top = tally
    .top()
    .map(({ expected, result, message }) =>
      tr([
        expected.url,
        expected.hits ?? 1,
        result,
        message ?? '',
        [expected.suggestion?.decision, expected.suggestion?.to].filter(Boolean).join(' '),
      ]),
    );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Redirects of ${escape(site)}: ${check.outcome}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.3rem .5rem;text-align:left;overflow-wrap:anywhere}</style>
<h1>Redirects of ${escape(site)}: ${check.outcome}</h1>
<p>${escape(hitsSentence(tally))}; ${tally.looked} URLs looked at, ${check.findingsTotal} findings.</p>
${check.couldNotTell === undefined ? '' : `<p>Could not tell: ${escape(check.couldNotTell)}</p>`}
<h2>By pattern</h2>
<table><thead>${tr(['pattern', 'URLs', 'verified', 'failed', 'unknown', 'undecided', 'hits', 'hits verified'], 'th')}</thead>
<tbody>${patterns.join('\n')}</tbody></table>
<h2>Not verified, by hits</h2>
<table><thead>${tr(['URL', 'hits', 'result', 'what', 'suggestion'], 'th')}</thead>
<tbody>${top.join('\n')}</tbody></table>
</html>
`;
}

function tr(cells: readonly (string | number)[], tag = 'td'): string {
  return `<tr>${cells.map((one) => `<${tag}>${escape(String(one))}</${tag}>`).join('')}</tr>`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (one) => escapes[one]!);
}
