import type { CutoverError } from '@cutover/core';
import { type Check, type CutoverEvent, duration, exitCodeMeanings, type Outcome } from '@cutover/core';
import { environment } from './environment.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly logFormat: 'pretty' | 'json';
}

/** A step that takes less is over before anybody asks how long it takes. */
const worthTelling = 10_000;

const colours = { holds: 32, fails: 31, unknown: 33, dim: 2, bold: 1 } as const;

/**
 * Where a command's words go: data and results to stdout, progress to stderr. With `json`, stdout gets one
 * document at the end and nothing else.
 */
export class Output {
  readonly options: OutputOptions;
  readonly #colour: boolean;
  readonly #live: boolean;
  #liveLine = false;
  #phase = { name: '', startedMs: 0, shownMs: 0, lastRows: 0 };

  constructor(options: OutputOptions) {
    this.options = options;
    this.#colour = process.stdout.isTTY === true && environment('NO_COLOR') === undefined;
    this.#live = process.stderr.isTTY === true;
  }

  /** A line of the result, for people. Nothing in JSON mode. */
  line(text = ''): void {
    if (this.options.json) return;
    this.#clearLive();
    process.stdout.write(`${text}\n`);
  }

  /** The one document of JSON mode. */
  document(value: unknown): void {
    if (this.options.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A line about what is going on, to stderr. */
  note(text: string): void {
    if (this.options.quiet) return;
    this.#clearLive();
    process.stderr.write(
      this.options.logFormat === 'json' ? `${JSON.stringify({ note: text })}\n` : `${text}\n`,
    );
  }

  paint(name: keyof typeof colours, text: string): string {
    return this.#colour ? `\u001b[${colours[name]}m${text}\u001b[0m` : text;
  }

  outcome(outcome: Outcome): string {
    return this.paint(outcome, outcome.padEnd(7));
  }

  check(check: Check): void {
    this.line(
      `  ${this.outcome(check.outcome)} ${check.title} ${this.paint('dim', `(${check.id}, ${count(check.looked)} looked at)`)}`,
    );
    if (check.couldNotTell !== undefined) this.line(`          could not tell: ${check.couldNotTell}`);
    for (const finding of check.findings.slice(0, 5)) {
      this.line(`          ${finding.message}`);
      if (finding.next !== undefined) this.line(this.paint('dim', `          → ${finding.next}`));
    }
    if (check.findingsTotal > 5)
      this.line(`          … ${count(check.findingsTotal - 5)} more in the report`);
  }

  /** Prints an error with its code and next action, to stderr; in JSON mode the document says it too. */
  error(error: CutoverError): void {
    this.#clearLive();
    process.stderr.write(`${this.paint('fails', 'error')} ${error.message}\n  → ${error.next}\n`);
    process.stderr.write(`  (${error.code}; exit ${error.exitCode}: ${exitCodeMeanings[error.exitCode]})\n`);
    this.document({ error: error.toJSON() });
  }

  /** Shows events of long work: a line that is rewritten on a terminal, a line every few seconds elsewhere. */
  readonly onEvent = (event: CutoverEvent): void => {
    if (event.type === 'step-started') {
      this.#clearLive();
      const usual =
        event.usualMs === undefined || event.usualMs < worthTelling
          ? ''
          : `, usually ${duration(event.usualMs)}`;
      this.line(`${this.paint('bold', event.step)}  ${event.title}${this.paint('dim', usual)}`);
    } else if (event.type === 'check') this.check(event.check);
    else if (event.type === 'progress') this.#progress(event);
    else if (event.type === 'note') this.note(event.message);
  };

  #progress(event: Extract<CutoverEvent, { type: 'progress' }>): void {
    if (this.options.quiet) return;
    const now = performance.now();
    // A phase that begins again (a second import) starts its rates afresh.
    const restarted = (event.rowsDone ?? 0) < this.#phase.lastRows;
    if (event.phase !== this.#phase.name || restarted)
      this.#phase = { name: event.phase, startedMs: now, shownMs: now, lastRows: 0 };
    this.#phase.lastRows = event.rowsDone ?? 0;
    if (now - this.#phase.shownMs < (this.#live ? 100 : 5000)) return;
    this.#phase.shownMs = now;
    const text = progressText(event, (now - this.#phase.startedMs) / 1000);
    if (this.options.logFormat === 'json') process.stderr.write(`${JSON.stringify(event)}\n`);
    else if (this.#live) {
      process.stderr.write(`\r\u001b[K${text}`);
      this.#liveLine = true;
    } else process.stderr.write(`${text}\n`);
  }

  #clearLive(): void {
    if (!this.#liveLine) return;
    process.stderr.write('\r\u001b[K');
    this.#liveLine = false;
  }
}

/** `import 41 % · 120,000 rows · 61,000 rows/s · 2 s left` */
export function progressText(event: Extract<CutoverEvent, { type: 'progress' }>, seconds: number): string {
  const rows = event.rowsDone ?? 0;
  const share =
    event.bytesTotal !== undefined && event.bytesTotal > 0
      ? (event.bytesDone ?? 0) / event.bytesTotal
      : event.rowsTotal !== undefined && event.rowsTotal > 0
        ? rows / event.rowsTotal
        : undefined;
  const parts = [
    `${event.phase}${share === undefined ? '' : ` ${Math.floor(share * 100)} %`}`,
    `${count(rows)} rows`,
  ];
  if (seconds > 0.2) parts.push(`${count(Math.round(rows / seconds))} rows/s`);
  if (share !== undefined && share > 0.01 && seconds > 0.5) {
    parts.push(`${count(Math.ceil((seconds / share) * (1 - share)))} s left`);
  }
  return parts.join(' · ');
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}
