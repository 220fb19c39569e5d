import type { Check } from './check.ts';
import { accountedRows, type Report } from './report.ts';
import { changesOf, kindsOfChange, showCommand, titleOfChange, type Version } from './report-changes.ts';

/** The report as Markdown, for people. */
export function reportAsMarkdown(report: Report): string {
  return [
    `# ${report.command}: ${report.outcome}`,
    `${report.tool}, ${report.mode}, ${report.startedAt} to ${report.finishedAt}`,
    report.stoppedBy === undefined ? '' : `**Stopped:** ${cell(report.stoppedBy)}`,
    report.waitingFor === undefined ? '' : `**Waits:** ${cell(report.waitingFor)}`,
    typeof report.details['UNREHEARSED'] === 'string'
      ? `**UNREHEARSED:** ${cell(report.details['UNREHEARSED'])}`
      : '',
    checksTable(report.checks),
    ...report.checks.filter((check) => check.outcome !== 'holds').map(openCheck),
    tablesTable(report),
    changes(report),
    notExercised(report),
    details(report),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

const cell = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ');

function checksTable(checks: readonly Check[]): string {
  const rows = checks.map(
    (check) =>
      `| ${check.outcome} | ${check.id} | ${cell(check.title)} | ${check.looked} | ${check.findingsTotal} |`,
  );
  return [
    '## Checks',
    '',
    '| outcome | check | question | looked at | findings |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function openCheck(check: Check): string {
  const lines = [
    `### ${check.id}: ${check.outcome}`,
    '',
    `expected ${cell(check.expected)}, got ${cell(check.actual)}`,
  ];
  if (check.couldNotTell !== undefined) lines.push('', `could not tell: ${check.couldNotTell}`);
  if (check.findings.length > 0) lines.push('');
  for (const finding of check.findings) {
    lines.push(
      `- \`${finding.code}\` ${finding.message}${finding.next === undefined ? '' : ` → ${finding.next}`}`,
    );
  }
  if (check.findingsTotal > check.findings.length) {
    lines.push(`- … and ${check.findingsTotal - check.findings.length} more`);
  }
  return lines.join('\n');
}

function tablesTable(report: Report): string {
  const names = Object.keys(report.tables).sort();
  if (names.length === 0) return '';
  const rows = names.map((name) => {
    const account = report.tables[name]!;
    const excluded = Object.entries(account.excluded).map(([rule, count]) => `${count} ${rule}`);
    const sum = accountedRows(account) === account.rows ? '=' : '≠';
    return `| ${name} | ${account.rows} ${sum} | ${account.imported} | ${account.folded} | ${excluded.join(', ')} | ${account.quarantined} |`;
  });
  return [
    '## Rows',
    '',
    '| table | rows | imported | folded | excluded | quarantined |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Every listed record with both of its versions: links where an address is known, else the command that shows it. */
function changes(report: Report): string {
  const sheets = changesOf(report);
  if (sheets.length === 0) return '';
  const lines = ['## Changes', '', '| sheet | added | changed | removed |', '|---|---|---|---|'];
  for (const [sheet, { added, changed, removed }] of sheets)
    lines.push(`| ${cell(sheet)} | ${added} | ${changed} | ${removed} |`);
  for (const [sheet, { listed, ...counts }] of sheets) {
    for (const kind of kindsOfChange) {
      if (counts[kind] === 0) continue;
      lines.push('', `### ${sheet}: ${kind}`, '');
      for (const record of listed[kind]) {
        const versions = [versionLink('before', record.before), versionLink('after', record.after)];
        lines.push(`- ${code(titleOfChange(record))}: ${versions.filter((link) => link !== '').join(', ')}`);
      }
      if (counts[kind] > listed[kind].length)
        lines.push(`- … and ${counts[kind] - listed[kind].length} more`);
    }
  }
  return lines.join('\n');
}

function versionLink(name: string, version: Version | undefined): string {
  if (version === undefined) return '';
  return version.url === undefined ? `${name} ${code(showCommand(version))}` : `[${name}](<${version.url}>)`;
}

/** As code, whatever it contains: fenced by more backticks than are in it. */
function code(value: string): string {
  const fence = '`'.repeat(1 + Math.max(0, ...[...value.matchAll(/`+/g)].map(([run]) => run.length)));
  return fence.length > 1 ? `${fence} ${value} ${fence}` : `${fence}${value}${fence}`;
}

function notExercised(report: Report): string {
  if (report.stepsNotExercised.length === 0) return '';
  return [
    '## Not exercised',
    '',
    ...report.stepsNotExercised.map(({ step, reason }) => `- ${step}: ${reason}`),
  ].join('\n');
}

function details(report: Report): string {
  if (Object.keys(report.details).length === 0) return '';
  return ['## Details', '', '```json', JSON.stringify(report.details, null, 2), '```'].join('\n');
}
