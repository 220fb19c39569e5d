import type { Check } from './check.ts';
import type { Outcome } from './outcome.ts';
import { accountedRows, type Report } from './report.ts';
import { changesOf, kindsOfChange, showCommand, titleOfChange, type Version } from './report-changes.ts';

/** A step in `details.steps` of a run's report. */
interface TimedStep {
  readonly step: string;
  readonly title: string;
  readonly outcome: string;
  readonly startedAt: string;
  readonly durationMs: number;
}

/** The report as one self-contained page that can be attached to a mail: no script, nothing loaded from elsewhere. */
export function reportAsHtml(report: Report): string {
  const title = `${report.command}: ${stateOf(report)}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${text(title)}</title><style>${style}</style></head><body>`,
    `<h1>${badge(stateOf(report))} ${text(report.command)}</h1>`,
    `<p class="dim">${text(report.tool)} · ${text(report.mode)} · ${text(report.startedAt)} to ${text(report.finishedAt)}</p>`,
    loud(report),
    summary(report),
    stopped(report),
    waits(report),
    timeline(report),
    ...report.checks.filter(({ outcome }) => outcome !== 'holds').map(openCheck),
    checks(report.checks),
    rows(report),
    changes(report),
    notExercised(report),
    details(report),
    '</body></html>',
  ]
    .filter((part) => part !== '')
    .join('\n')
    .concat('\n');
}

const style = `
:root{color-scheme:light dark;--holds:#1a7f37;--fails:#c1121f;--unknown:#9a6700;--line:#8884;--dim:#767676}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}.dim{color:var(--dim)}
.badge{color:#fff;border-radius:.3rem;padding:.05rem .5rem;font-size:.85em;white-space:nowrap;background:var(--dim)}
.holds{background:var(--holds)}.fails{background:var(--fails)}.unknown{background:var(--unknown)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
td.id{white-space:nowrap}td.n,th.n{white-space:nowrap;text-align:right;font-variant-numeric:tabular-nums}
.open{border-left:4px solid var(--dim);padding:.2rem 1rem;margin:1rem 0}.open.is-fails{border-color:var(--fails)}.open.is-unknown{border-color:var(--unknown)}
.track{position:relative;height:1.1rem;min-width:14rem;background:#8882;border-radius:.2rem}
.track i{position:absolute;top:0;bottom:0;min-width:2px;border-radius:.2rem;background:var(--dim)}.track i.holds{background:var(--holds)}.track i.fails{background:var(--fails)}.track i.unknown{background:var(--unknown)}
pre{overflow-x:auto;background:#8881;padding:.8rem;border-radius:.3rem}code{font-size:.92em}`;

function text(value: unknown): string {
  const plain = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return plain.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const number = (value: number): string => value.toLocaleString('en-US');

/** An outcome is one of ours, or the name of a class of none. */
const badge = (outcome: string): string => `<span class="badge ${text(outcome)}">${text(outcome)}</span>`;

function summary({ checks: all, tables }: Report): string {
  const of = (outcome: Outcome) => all.filter((check) => check.outcome === outcome).length;
  const total = Object.values(tables).reduce((sum, account) => sum + account.rows, 0);
  const counted = total === 0 ? '' : `, ${number(total)} rows accounted for below`;
  return `<p>${of('holds')} checks hold, ${of('fails')} fail, ${of('unknown')} unknown${counted}.</p>`;
}

function stopped({ stoppedBy }: Report): string {
  if (stoppedBy === undefined) return '';
  const { step, message, next } = stoppedBy;
  return `<div class="open is-fails"><p><b>Stopped</b> in ${text(step)}: ${text(message)}</p><p>→ ${text(next)}</p></div>`;
}

/** How it stands: a run that waits has found nothing wrong, and is not over. */
const stateOf = ({ outcome, waitingFor }: Report): string =>
  waitingFor !== undefined && outcome === 'unknown' ? 'waits' : outcome;

function loud({ details: { UNREHEARSED: why } }: Report): string {
  return typeof why === 'string'
    ? `<div class="open is-fails"><p><b>UNREHEARSED.</b> ${text(why)}.</p></div>`
    : '';
}

function waits({ waitingFor }: Report): string {
  if (waitingFor === undefined) return '';
  const { step, asks, who, until } = waitingFor;
  const whom = who === undefined ? '' : ` (${text(who)})`;
  const when = until === undefined ? '' : `, until ${text(until)}`;
  return `<div class="open is-unknown"><p><b>Waits</b> at ${text(step)}${whom}${when}: ${text(asks)}</p></div>`;
}

/** What the steps took, one behind the other: what a run waited in between, days perhaps, is left out. */
function timeline({ details: { steps }, startedAt, finishedAt }: Report): string {
  if (!Array.isArray(steps) || steps.length === 0) return '';
  const timed = steps as readonly TimedStep[];
  const whole = Math.max(
    1,
    timed.reduce((sum, { durationMs }) => sum + durationMs, 0),
  );
  let doneMs = 0;
  const bars = timed.map((step) => {
    const left = (100 * doneMs) / whole;
    const width = (100 * step.durationMs) / whole;
    doneMs += step.durationMs;
    const bar = `<i class="${text(step.outcome)}" style="left:${left.toFixed(2)}%;width:${width.toFixed(2)}%"></i>`;
    const began = text(step.startedAt.replace('T', ' ').slice(0, 19));
    return `<tr><td class="id">${text(step.step)}</td><td>${text(step.title)}</td><td class="id dim">${began}</td><td class="n">${duration(step.durationMs)}</td><td><div class="track">${bar}</div></td></tr>`;
  });
  const elapsed = duration(Date.parse(finishedAt) - Date.parse(startedAt));
  const head = `${duration(whole)} in steps, ${elapsed} from begin to end`;
  return section('Timeline', table(['step', '', 'began (UTC)', '!time', head], bars));
}

function openCheck(check: Check): string {
  const findings = check.findings.map(({ code, message, next }) => {
    const action = next === undefined ? '' : `<br><span class="dim">→ ${text(next)}</span>`;
    return `<li><code>${text(code)}</code> ${text(message)}${action}</li>`;
  });
  const more = check.findingsTotal - check.findings.length;
  return [
    `<div class="open is-${text(check.outcome)}"><h2>${badge(check.outcome)} ${text(check.title)}</h2>`,
    `<p class="dim">${text(check.id)}: expected ${text(check.expected)}, got ${text(check.actual)}</p>`,
    check.couldNotTell === undefined ? '' : `<p>Could not tell: ${text(check.couldNotTell)}</p>`,
    findings.length === 0 ? '' : `<ul>${findings.join('')}</ul>`,
    more > 0 ? `<p>… and ${number(more)} more</p>` : '',
    '</div>',
  ].join('');
}

/** A question that was asked again at several steps, with the same answer, is one line. */
function checks(all: readonly Check[]): string {
  const asked = new Map<string, { readonly check: Check; times: number }>();
  for (const check of all) {
    const known = asked.get(`${check.id} ${check.outcome}`);
    if (known !== undefined && check.outcome === 'holds') known.times++;
    else asked.set(check.outcome === 'holds' ? `${check.id} holds` : String(asked.size), { check, times: 1 });
  }
  const lines = [...asked.values()].map(({ check, times }) => {
    const { outcome, id, title, looked, findingsTotal } = check;
    const again = times === 1 ? '' : ` <span class="dim">asked ${times} times</span>`;
    return `<tr><td>${badge(outcome)}</td><td>${text(title)}${again}${saidBy(check)}<br><code class="dim">${text(id)}</code></td><td class="n">${number(looked)}</td><td class="n">${number(findingsTotal)}</td></tr>`;
  });
  return section('Checks', table(['', 'question', '!looked at', '!findings'], lines));
}

/** What persons have answered: who, when and what they showed. */
function saidBy({ id, actual, evidence: { by, at, shown } }: Check): string {
  if (typeof by === 'string') return `<br>${text(by)}, ${text(at)}: ${text(shown)}`;
  if (id !== 'go-no-go' || typeof actual !== 'object' || actual === null) return '';
  const answers = Object.entries(actual).map(([who, answer]) => `${text(who)}: ${text(answer)}`);
  return `<br>${answers.join('<br>')}`;
}

function rows({ tables }: Report): string {
  const names = Object.keys(tables).sort();
  if (names.length === 0) return '';
  const lines = names.map((name) => {
    const account = tables[name]!;
    const excluded = Object.entries(account.excluded).map(([rule, n]) => `${number(n)} ${text(rule)}`);
    const sum = accountedRows(account) === account.rows ? '=' : '≠';
    const cells = [account.rows, account.imported, account.folded].map(
      (n) => `<td class="n">${number(n)}</td>`,
    );
    return `<tr><td>${text(name)}</td>${cells[0]}<td>${sum}</td>${cells[1]}${cells[2]}<td>${excluded.join('<br>')}</td><td class="n">${number(account.quarantined)}</td></tr>`;
  });
  return section(
    'Rows',
    table(['table', '!rows', '', '!imported', '!folded', 'excluded, by rule', '!quarantined'], lines),
  );
}

function changes(report: Report): string {
  const sheets = changesOf(report);
  if (sheets.length === 0) return '';
  const lines = sheets.map(
    ([sheet, counts]) =>
      `<tr><td>${text(sheet)}</td>${kindsOfChange.map((kind) => `<td class="n">${number(counts[kind])}</td>`).join('')}</tr>`,
  );
  const lists = sheets.flatMap(([sheet, { listed, ...counts }]) =>
    kindsOfChange
      .filter((kind) => counts[kind] > 0)
      .map((kind) => {
        const items = listed[kind].map(
          (record) =>
            `<li><code>${text(titleOfChange(record))}</code>: ${version('before', record.before)} ${version('after', record.after)}</li>`,
        );
        const more = counts[kind] - listed[kind].length;
        if (more > 0) items.push(`<li>… and ${number(more)} more</li>`);
        return `<h3>${text(sheet)}: ${kind}</h3><ul>${items.join('')}</ul>`;
      }),
  );
  return section('Changes', table(['sheet', '!added', '!changed', '!removed'], lines) + lists.join(''));
}

function version(name: string, at: Version | undefined): string {
  if (at === undefined) return '';
  return at.url === undefined
    ? `${name} <code>${text(showCommand(at))}</code>`
    : `<a href="${text(at.url)}">${name}</a>`;
}

function notExercised({ stepsNotExercised }: Report): string {
  if (stepsNotExercised.length === 0) return '';
  const reasons = [...new Set(stepsNotExercised.map(({ reason }) => reason))];
  const items = reasons.map((reason) => {
    const steps = stepsNotExercised.filter((left) => left.reason === reason).map(({ step }) => step);
    return `<li>${text(steps.join(', '))}: ${text(reason)}</li>`;
  });
  return section('Not exercised', `<ul>${items.join('')}</ul>`);
}

function details({ details: { steps: _, waitingFor: __, UNREHEARSED: ___, ...rest } }: Report): string {
  if (Object.keys(rest).length === 0) return '';
  return section('Details', `<pre>${text(JSON.stringify(rest, null, 2))}</pre>`);
}

const section = (title: string, body: string): string => `<h2>${text(title)}</h2>${body}`;

/** Names of columns; `!` before one puts its numbers to the right. */
function table(columns: readonly string[], lines: readonly string[]): string {
  const head = columns.map((name) =>
    name.startsWith('!') ? `<th class="n">${text(name.slice(1))}</th>` : `<th>${text(name)}</th>`,
  );
  return `<div class="wide"><table><thead><tr>${head.join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`;
}

/** `180 d 1 h`, `3 min 40 s`, `12.3 s`, `80 ms` */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return hours > 0
    ? `${hours} h ${minutes % 60} min`
    : `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
}
