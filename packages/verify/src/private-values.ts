import { type Check, concludeCheck, FindingList } from '@cutover/core';
import { parseToml, type Sheet } from '@cutover/records';
import type { TreeFile } from '@cutover/stores';

const email = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
const phone = /(?<![\w./:#-])\+?\d(?:[\s().-]{0,2}\d){8,14}(?![\w-])/;
const phones = new RegExp(phone, 'g');
const longRun = /[A-Za-z0-9]{12,}/g;
const shortestRun = 12;

/**
 * Reads the finished tree and looks for what must not be in it: values of secret columns (password
 * hashes, tokens) anywhere; email addresses and phone numbers outside the fields in which people write
 * freely. What a person wrote there may stay, by the rule `written-in-public-text`, and is counted.
 */
export async function checkPrivateValues(
  records: AsyncIterable<TreeFile>,
  sheets: readonly Sheet[],
  secrets: AsyncIterable<string>,
): Promise<Check> {
  const findings = new FindingList();
  const bySheet = new Map(sheets.map((sheet) => [sheet.name, sheet]));
  const runs = new Map<string, string>();
  let looked = 0;
  let written = 0;
  for await (const file of records) {
    looked++;
    const sheet = bySheet.get(file.sheet);
    const text = file.bytes.toString();
    for (const [run] of text.matchAll(longRun)) if (!runs.has(run)) runs.set(run, file.path);
    if (!text.includes('@') && !phone.test(text)) continue;
    for (const [field, value] of Object.entries(parseToml(text))) {
      if (typeof value !== 'string' || field === 'id' || field.endsWith('Id')) continue;
      const found = contactsIn(value);
      if (found.length === 0) continue;
      if (sheet?.freeText.includes(field) === true) written += found.length;
      else for (const kind of found) findings.add(contactFinding(kind, file.path, field));
    }
  }
  let secretCount = 0;
  let unsearchable = 0;
  for await (const secret of secrets) {
    secretCount++;
    const longest = (secret.match(longRun) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
    if (longest.length < shortestRun) unsearchable++;
    const path = runs.get(longest);
    if (path !== undefined) {
      findings.add({
        code: 'secret-in-public',
        message: `${path} contains the value of a secret column`,
        subject: path,
        next: 'remove the import, and treat the credential as known to everybody',
      });
    }
  }
  return concludeCheck({
    id: 'private-values',
    title: 'No private value is in the public tree',
    looked,
    expected: 0,
    actual: findings.total,
    findings,
    evidence: {
      secretsSearched: secretCount - unsearchable,
      secretsTooShortToSearch: unsearchable,
      'written-in-public-text': written,
    },
  });
}

function contactsIn(value: string): ('email address' | 'phone number')[] {
  // Dates, times and numbers in links look like phone numbers and are none.
  const plain = value
    .replaceAll(/https?:\/\/\S+/g, ' ')
    .replaceAll(/\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?/g, ' ');
  return [
    ...(value.match(email) ?? []).map(() => 'email address' as const),
    ...(plain.match(phones) ?? []).map(() => 'phone number' as const),
  ];
}

function contactFinding(kind: string, path: string, field: string) {
  return {
    code: 'contact-in-public',
    message: `${path}: ${field} holds an ${kind}`.replace('an phone', 'a phone'),
    subject: path,
    next: 'map the column it came from as private, or name the field as free text in the target',
  };
}
