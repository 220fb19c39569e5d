import { accountStates, type Coverage, type Group } from './coverage.ts';
import type { Week } from './weeks.ts';

/** Coverage as one self-contained page: no script, nothing loaded from elsewhere, nobody named. */
export function coverageAsHtml(coverage: Coverage): string {
  const legend = accountStates.map((state, index) => `<li><i class="s${index}"></i>${state}</li>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Coverage on ${coverage.asOf.slice(0, 10)}</title><style>${style}</style></head><body>
<h1>How far people have come</h1>
<p class="dim">as of ${coverage.asOf}</p>
<ul class="legend">${legend}</ul>
${coverage.groups.map(groupAsHtml).join('\n')}
${coverage.couldNotTell === undefined ? '' : `<p class="dim">Who is active is not known.</p>`}
${coverage.weeks.length === 0 ? '<p>Nobody has come yet.</p>' : weeksAsHtml(coverage.weeks)}
</body></html>
`;
}

const style = `
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.1rem;margin:1.6rem 0 .3rem}.dim{color:#767676}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;list-style:none;padding:0}
.legend i{display:inline-block;width:.9em;height:.9em;border-radius:.2em;margin-right:.4em;vertical-align:-.1em}
.bar{display:flex;height:1.6rem;border-radius:.3rem;overflow:hidden;background:#8882}.bar i{min-width:0}
.s0{background:#8a8f98}.s1{background:#1a7f37}.s2{background:#5aa9e6}.s3{background:#d98e04}.s4{background:#c1121f}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #8884}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}td.w{width:45%}
.track{height:.9rem;background:#8882;border-radius:.2rem}.track i{display:block;height:100%;background:#1a7f37;border-radius:.2rem}
.wide{overflow-x:auto}`;

const number = (value: number): string => value.toLocaleString('en-US');
const percent = (part: number, of: number): string =>
  of === 0 ? '–' : `${((100 * part) / of).toFixed(1)} %`;

function groupAsHtml({ days, accounts, states }: Group): string {
  const title = days === undefined ? 'All accounts' : `Active in the last ${days} days`;
  const parts = accountStates.map(
    (state, index) =>
      `<i class="s${index}" style="flex:${states[state]}" title="${state}: ${number(states[state])}"></i>`,
  );
  const rows = accountStates.map(
    (state) =>
      `<tr><td>${state}</td><td class="n">${number(states[state])}</td><td class="n">${percent(states[state], accounts)}</td></tr>`,
  );
  return `<h2>${title}: ${number(accounts)}</h2><div class="bar">${parts.join('')}</div><table>${rows.join('')}</table>`;
}

function weeksAsHtml(weeks: readonly Week[]): string {
  const most = Math.max(...weeks.map(({ cameTotal }) => cameTotal), 1);
  const rows = weeks.map(
    ({ monday, came, cameTotal, writes, writers }) =>
      `<tr><td>${monday}</td><td class="n">${number(came)}</td><td class="n">${number(cameTotal)}</td><td class="w"><div class="track"><i style="width:${((100 * cameTotal) / most).toFixed(1)}%"></i></div></td><td class="n">${number(writes)}</td><td class="n">${number(writers)}</td></tr>`,
  );
  return `<h2>By week</h2><div class="wide"><table><tr><th>week of</th><th class="n">came</th><th class="n">in all</th><th></th><th class="n">writes</th><th class="n">writers</th></tr>${rows.join('')}</table></div>`;
}
